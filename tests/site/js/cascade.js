// What nn/cascade.js of a folder says of each of window.networks, as JSON.
async (folder) => {
  const { cascade } = await import(`${folder}/nn/cascade.js`);
  const answers = window.networks.map(([layers, input]) => {
    try {
      return [cascade(layers, input), null];
    } catch (error) {
      if (!("layer" in error)) return ["crashed", String(error.stack)];
      const { row, rows, layer, kind, said } = error;
      return [rows, [layer, row?.becomes ?? null, row?.parameters ?? null], `${kind}: ${said}`];
    }
  });
  return JSON.stringify(answers);
};
