/** Why a text can't be read, and in which line. */
export class Trouble extends Error {
  constructor(reason, line) {
    super(line ? `Line ${line}: ${reason}` : reason);
    this.line = line;
  }
}
