// Layers, input, rows and count of parameters of a network that is written as one line.
async ([folder, line]) => {
  const { read } = await import(`${folder}/line.js`);
  const { cascade, count } = await import(`${folder}/nn/cascade.js`);
  const { layers, input } = read(line);
  const rows = cascade(layers, input);
  return [layers, input, rows, Number(rows.reduce((n, row) => n + count(row), 0n))];
};
