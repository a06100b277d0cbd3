"""What of a notebook cannot be seen because the page is narrow."""

# The elements of texts and outputs that stand out of a frame which can't be scrolled to them.
CUT_OFF = """() => {
  const found = [], all = '.jp-Notebook :is(.jp-OutputArea, .jp-RenderedMarkdown) *';
  for (const element of document.querySelectorAll(all)) {
    const box = element.getBoundingClientRect();
    if (box.width < 2 || !element.checkVisibility() || element.closest('mjx-assistive-mml')) continue;
    let frame = element.parentElement;
    while (frame && getComputedStyle(frame).overflowX === 'visible') frame = frame.parentElement;
    if (!frame || ['auto', 'scroll'].includes(getComputedStyle(frame).overflowX)) continue;
    const limit = frame.getBoundingClientRect();
    if (box.right > limit.right + 2 || box.left < limit.left - 2) found.push(element.outerHTML.slice(0, 200));
  }
  return found;
}"""
