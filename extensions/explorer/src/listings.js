// The network in code. Pages load this bundle when it is asked for, and give it what they have of
// PyTorch, so that it is not loaded twice.
export { codeView } from "./code.js";
export { countedView } from "./counted.js";
