"""How readable the text of a page is."""

# For each piece of text in sight its contrast with the background behind it, as WCAG 2 computes it.
CONTRASTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const blend = (grounds, text, opacity) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of grounds) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    canvas.globalAlpha = opacity;
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    canvas.globalAlpha = 1;
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = rgb => rgb.map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const found = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, style = getComputedStyle(element);
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    const behind = [];
    let opacity = 1;
    for (let e = element; e; e = e.parentElement) {
      behind.unshift(getComputedStyle(e).backgroundColor);
      opacity *= getComputedStyle(e).opacity;
    }
    const back = blend(behind, style.color, 0), front = blend(behind, style.color, opacity);
    const [high, low] = [luminance(back), luminance(front)].sort((a, b) => b - a);
    const contrast = (high + 0.05) / (low + 0.05), key = `${element.tagName}.${element.className}`;
    found[key] = Math.min(found[key] ?? 99, contrast);
  }
  return found;
}"""
