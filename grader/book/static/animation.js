// An animation, picture by picture, or all of them once.
"use strict";

makeWidgets("animation", model => {
  const {pictures, alts, words} = model, last = pictures.length - 1;
  const back = newButton(words.back), forward = newButton(words.forward), play = newButton(words.play);
  const number = newNumberField(words.picture, {min: 1, max: last + 1, step: 1, value: last + 1});
  const status = newStatus(), picture = newElement("img", {width: model.width});
  let position = last, timer = null;

  function goTo(next) {
    position = Math.min(Math.max(next, 0), last);
    picture.src = `data:image/png;base64,${pictures[position]}`;
    picture.alt = alts[position];
    status.textContent = alts[position];
    number.input.value = position + 1;
    if (position === last) stop();
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    status.ariaLive = "polite";
  }

  function start() {
    stop();
    status.ariaLive = "off";  // too fast to be read aloud
    timer = setInterval(() => goTo(position + 1), 1e3 * model.seconds / pictures.length);
    goTo(0);
  }

  const choose = next => { stop(); goTo(next); };
  back.onclick = () => choose(position - 1);
  forward.onclick = () => choose(position + 1);
  play.onclick = () => timer === null ? start() : stop();
  number.input.onchange = () => choose(Math.round(valueOf(number.input) ?? position + 1) - 1);
  goTo(last);
  return [newElement("div", {className: "controls"}, back, forward, play, number.label), picture, status];
});
