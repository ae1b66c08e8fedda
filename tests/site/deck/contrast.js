// Finds the words of drawings that do not stand out from the deck's background, which axe leaves
// undecided, on the slide that is shown.
() => {
  const luminance = (color) => {
    const [r, g, b] = color
      .match(/[\d.]+/g)
      .map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = luminance(getComputedStyle(document.body).backgroundColor);
  return [...Reveal.getCurrentSlide().querySelectorAll(".drawing text")]
    .filter((text) => {
      const ink = luminance(getComputedStyle(text).fill);
      return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05) < 4.5;
    })
    .map((text) => text.textContent);
};
