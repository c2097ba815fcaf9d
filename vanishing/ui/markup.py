"""The app's only HTML: a style sheet and scripts that never change, boxes and buttons.

Markdown stands in no HTML: what sets it would be a quarter of a megabyte more for each first visit.
What it cannot say to screen readers, the script adds to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

import segno
import streamlit as st

from vanishing import text


def _compact(sheet: str) -> str:
    """Return a style sheet without its comments and needless space: each visit is sent it anew."""
    words = " ".join(re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL).split())
    return re.sub(r" ?([{};,>]) ?|(?<=:) ", r"\1", words)


STYLE: Final = (
    f"<style>{_compact(Path(__file__).with_name('style.css').read_text('utf-8'))}</style>"
)

SCRIPT: Final = r"""<script>
if (!window.followed) {
  window.followed = true;
  const app = document.querySelector('[data-testid=stApp]');
  const main = document.querySelector('[data-testid=stMain]');
  const REST = 40, SCREEN = 0.85;
  const slider = e => e.target.closest?.('.stSlider')?.querySelector('input[type=range]');
  const raise = (input, name) => input && input.dispatchEvent(new Event(name));
  new MutationObserver(all => all.forEach(one => raise(one.target, 'moved'))).observe(
    document.body, {subtree: true, attributeFilter: ['aria-valuetext']});
  for (const name of ['pointerdown', 'keydown'])
    addEventListener(name, e => raise(slider(e), 'taken'), true);
  // Until they follow, on release, words and figures are those of another picture.
  let off;
  const held = on => { clearTimeout(off); document.body.classList.toggle('held', on); };
  addEventListener('pointerdown', e => held(!e.button && !!slider(e)), true);
  addEventListener('blur', () => held(false));
  for (const name of ['pointerup', 'pointercancel'])
    addEventListener(name, () => { off = setTimeout(held, 200, false); }, true);
  let clicked;
  const bar = {ArrowRight: 'next', PageDown: 'next', ArrowLeft: 'previous', PageUp: 'previous',
    Escape: 'leave'};
  const own = {A: 'input, select, textarea, [role=radiogroup], [role=slider], [role=region]',
    P: 'select, textarea, input:not([type=range], [type=radio], [type=checkbox])',
    E: '[aria-expanded=true]'};
  addEventListener('keydown', e => {
    const to = document.querySelector(
      `.st-key-presenting .st-key-present_${bar[e.key]} :is(a, button)`);
    if (!to || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
    // Presets have the arrows where the keyboard came to them, not where a mouse has pressed one.
    if (e.target.closest?.(own[e.key[0]]) && e.target !== clicked) return;
    e.preventDefault();
    e.stopPropagation();
    const way = {PageDown: 1, PageUp: -1}[e.key];
    const left = way > 0 ? main.scrollHeight - main.clientHeight - main.scrollTop : main.scrollTop;
    if (way && left > REST) main.scrollBy({top: way * SCREEN * main.clientHeight});
    else if (!e.repeat) to.click();
  }, true);
  // A finger that drags has no bubble; where it taps it has one, until it comes down again.
  const bubble = () => document.querySelector('#vg-tooltip-element')?.classList.remove('visible');
  for (const name of ['pointerdown', 'pointermove', 'pointercancel'])
    addEventListener(name, e => e.pointerType === 'touch' && bubble());
  addEventListener('click', ({pointerType, target, clientX, clientY}) => {
    if (pointerType === 'touch' && target.closest?.('.marks') && !target.closest('[cursor]'))
      target.dispatchEvent(new PointerEvent('pointermove', {clientX, clientY, bubbles: true}));
  });
  // In a row the keyboard is where the mouse has pressed, not where it was before.
  addEventListener('click', ({target, detail}) => {
    const row = ':is([class*=_presets], [class*=_choices]) [role=radio]';
    const pressed = target.closest?.(row);
    clicked = detail && pressed?.closest('[class*=_presets]') ? pressed : undefined;
    if (pressed) setTimeout(() => {
      pressed.focus();
      // What a list opens stands above it, out of sight.
      if (pressed.closest('[class*=_choices]'))
        document.querySelector(':is(.st-key-claim_of, .st-key-paper_of)')?.scrollIntoView();
    });
  }, true);
  const set = (node, all) => Object.entries(all).forEach(one => node.setAttribute(...one));
  let here = location.pathname;
  new MutationObserver(() => {
    // A page begins at its top. Streamlit leaves that to the moment in which nothing is there:
    // where the next page comes at once there is none.
    if (here !== location.pathname) {
      here = location.pathname;
      main.scrollTop = 0;
    }
    for (const list of document.querySelectorAll('.st-key-notice :not(ul) + ul:not([aria-live])'))
      set(list, {'aria-live': 'polite', 'aria-atomic': 'true'});
    for (const box of document.querySelectorAll('[class*=st-key-scrolls_]:not([role])')) {
      const [, name] = box.className.match(/st-key-scrolls_(\S+)/);
      set(box, {role: 'region', tabindex: '0', 'aria-label': name.replaceAll('-', ' ')});
    }
  }).observe(document.body, {subtree: true, childList: true});
  // What to notice is said anew by the line: what stands below it does not jump meanwhile.
  const keep = on => document.querySelectorAll('.st-key-notice').forEach(box => {
    box.style.minHeight = on ? `${box.offsetHeight}px` : '';
  });
  // Keys scroll what has the keyboard: a new page, or where a button has disabled itself.
  const rested = () => {
    keep(false);
    if (self === top && document.activeElement === document.body) {
      main.tabIndex = -1;
      main.focus({preventScroll: true});
    }
  };
  let away = false, running = false, rest = setTimeout(rested, 300), again;
  const back = () => {
    clearTimeout(again);
    again = away = running = main.inert = false;
  };
  new MutationObserver(() => {
    const {testConnectionState: line, testScriptState: script} = app.dataset;
    clearTimeout(rest);
    if (script === 'running') keep(true);
    else rest = setTimeout(rested, 300);
    if (line !== 'CONNECTED') {
      clearTimeout(again);
      away = main.inert = true;
      again = running = false;
      return;
    }
    // The first run is over, or takes long, as one that is watched; or there is none.
    again ||= away && setTimeout(back, 5000);
    running ||= away && script === 'running';
    if (running && script !== 'running') back();
  }).observe(app, {attributeFilter: ['data-test-connection-state', 'data-test-script-state']});
}
</script>"""
"""Streamlit moves a slider's range input without the events that Vega listens to: raise them.

To a presenter the keys are those of slides, but for what a control under the keyboard needs: arrows
move sliders, and all but Escape write in fields. PageDown, which is what a clicker sends, shows the
rest of a page before it turns it, and does not move the slider that was just dragged.

A server that comes back knows a page once it has run it. What is changed before that it would drop
without a word; so until then, but for seconds at most, nothing can be changed."""


SAVING: Final = r"""<script>
if (!window.saving) {
  window.saving = true;
  const LEAST = 320, PAD = 16, SIZE = 14, LINE = 19, SCALE = 2;
  const node = (name, attributes, ...inner) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inner);
    return made;
  };
  const tell = (button, words) => {
    button.parentElement.querySelector('[role=status]').textContent = words;
  };

  const copy = async button => {
    const field = button.parentElement.querySelector('textarea');
    const put = navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    let done = await put;
    if (!done) {
      field.focus();
      field.select();
      done = document.execCommand('copy');
    }
    tell(button, done ? 'Copied.' : 'Selected: now copy it.');
  };

  // Where a frame, or a phone, has no full screen, it fills the window.
  const fill = async box => {
    if (document.fullscreenElement) return document.exitFullscreen();
    if (box.classList.toggle('fills', !box.classList.contains('fills')))
      await box.requestFullscreen?.().then(() => box.classList.remove('fills'), () => {});
  };

  const read = blob => new Promise(done => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(blob);
  });
  // The page's own letters go with the picture: elsewhere others would stand in their place.
  const letters = async family => {
    const faces = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
      .filter(rule => rule instanceof CSSFontFaceRule)
      .filter(({style}) => family.startsWith(style.getPropertyValue('font-family')))
      .filter(({style}) => style.getPropertyValue('font-style') !== 'italic');
    const texts = await Promise.all(faces.map(async ({cssText, parentStyleSheet}) => {
      const [, url] = cssText.match(/url\("?([^")]+)"?\)/) ?? [];
      const found = url && await fetch(new URL(url, parentStyleSheet.href ?? document.baseURI));
      return found?.ok ? cssText.replace(url, await read(await found.blob())) : '';
    }));
    return texts.join('');
  };
  const wrap = (words, wide, pen) => words.split(/(?<=[\s/?&])/).reduce((lines, word) => {
    const longer = lines.at(-1) + word;
    if (pen.measureText(longer.trimEnd()).width <= wide) lines[lines.length - 1] = longer;
    else lines.push(word);
    return lines;
  }, ['']);

  const picture = async (chart, told) => {
    const {width, height} = chart.getBoundingClientRect();
    const {backgroundColor, color, fontFamily} = getComputedStyle(document.querySelector('.stApp'));
    const pen = document.createElement('canvas').getContext('2d');
    const lines = told.split('\n').flatMap((words, i) => {
      const weight = i ? 400 : 600;
      pen.font = `${weight} ${SIZE}px ${fontFamily}`;
      return wrap(words, Math.max(width, LEAST), pen).map(line => [weight, line]);
    });
    const drawn = chart.cloneNode(true);
    drawn.removeAttribute('style');
    for (const [key, value] of Object.entries({x: PAD, y: PAD, width, height}))
      drawn.setAttribute(key, value);
    const wide = Math.ceil(Math.max(width, LEAST)) + 2 * PAD;
    const high = Math.ceil(height) + lines.length * LINE + 3 * PAD;
    const texts = lines.map(([weight, line], i) => node('text', {
      x: PAD, y: Math.ceil(height) + 2 * PAD + SIZE + i * LINE, 'font-weight': weight}, line));
    const whole = node('svg', {width: wide, height: high, viewBox: `0 0 ${wide} ${high}`},
      node('style', {}, await letters(fontFamily)),
      node('rect', {width: wide, height: high, fill: backgroundColor}), drawn,
      node('g', {fill: color, 'font-family': fontFamily, 'font-size': SIZE}, ...texts));
    // Vega names ramps and clips by the page's address: in the picture they are its own.
    const text = new XMLSerializer().serializeToString(whole).replace(/url\([^)#]*#/g, 'url(#');
    return [wide, high, text];
  };
  const painted = async (wide, high, svg) => {
    const image = new Image();
    image.src = 'data:image/svg+xml,' + encodeURIComponent(svg);
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [SCALE * wide, SCALE * high];
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise(done => canvas.toBlob(done));
  };
  const save = async button => {
    const {called, told, file} = button.parentElement.dataset;
    const {kind} = button.dataset;
    const found = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')]
      .find(chart => chart.ariaLabel === called)
      ?.querySelector('svg.marks');
    if (!found) return tell(button, 'Not drawn yet.');
    const made = await picture(found, told);
    const blob = kind === 'png' ? await painted(...made)
      : new Blob([made[2]], {type: 'image/svg+xml'});
    const link = document.createElement('a');
    [link.href, link.download] = [URL.createObjectURL(blob), `${file}.${kind}`];
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    tell(button, '');
  };

  const does = {copy, fill, save};
  addEventListener('click', ({target}) => {
    const button = target.closest?.('button[data-does]');
    if (button) does[button.dataset.does](button);
  });
}
</script>"""
"""Copies a field, fills the screen with a box, and saves a chart as it is on screen.

Nothing in it looks like the beginning of a tag: Streamlit would leave the whole script out.
"""


def style() -> None:
    """Add the style sheet to the app; it takes no room."""
    st.html(STYLE)


def script() -> None:
    """Add the script to a page; it takes the room between two elements."""
    st.html(SCRIPT, unsafe_allow_javascript=True)


def saving() -> None:
    """Add the script that the buttons of `copied`, `filling` and `pictures` call."""
    st.html(SAVING, unsafe_allow_javascript=True)


def copied(label: str, words: str) -> None:
    """Draw words in a field, with a button that copies them."""
    st.html(
        f'<div class="copied"><label>{escape(label)}<textarea readonly rows="2">{escape(words)}'
        '</textarea></label><button type="button" data-does="copy">Copy</button>'
        '<span role="status"></span></div>'
    )


def framed(address: str, title: str) -> str:
    """Return what shows an address of this app within another page."""
    source = f"{address}{'&' if '?' in address else '?'}embed=true"
    return (
        f'<iframe src="{escape(source)}" title="{escape(title)}" width="100%" height="800" '
        'allow="clipboard-write; fullscreen"></iframe>'
    )


def filling(address: str) -> None:
    """Draw the QR code of an address, which fills the screen when it is pressed.

    Dark on white, with the quiet zone of four modules, on dark pages too: many readers need both.
    """
    code = segno.make(address, micro=False).svg_data_uri(border=4, dark="#000", light="#fff")
    st.html(
        '<button type="button" data-does="fill" class="code">'
        f'<img src="{escape(code)}" alt="QR code of the link:"> Fill the screen</button>'
    )


def pictures(called: str, file: str, told: Sequence[str]) -> None:
    """Draw buttons that save a chart, with these lines beneath it, as a file of this name.

    It is the one on screen that is called so. The server is asked for nothing.
    """
    name, lines = escape(called), escape("\n".join(told))
    buttons = "".join(
        f'<button type="button" data-does="save" data-kind="{kind.lower()}">{kind}</button>'
        for kind in ("PNG", "SVG")
    )
    st.html(
        f'<div class="saved" data-called="{name}" data-file="{escape(file)}" '
        f'data-told="{lines}">{buttons}<span role="status"></span></div>',
        width="content",
    )


def under_chart(takeaway: str, note: str) -> None:
    """Say a chart's takeaway to screen readers alone, and draw its note, which is no Markdown."""
    drawn = _small("note", note) if note else ""
    st.html(f'<p class="unseen">{escape(takeaway)}</p>{drawn}')


def waits(words: str) -> None:
    """Say why charts wait for the hand: it can be read while that holds a slider."""
    st.html(_small("note waits", words))


def _small(kinds: str, words: str) -> str:
    return f'<p class="{kinds}">{escape(text.unbroken(words))}</p>'


def status(heading: str, sentences: Sequence[str]) -> None:
    """Draw a heading and a list of Markdown sentences; when its first one changes, it is told.

    The browser keeps that list of one and changes its words, as it must for a screen reader to
    notice.
    """
    first, *others = map(text.unbroken, sentences)
    # Another sign begins another list.
    listed = [f"- {first}", *(f"* {other}" for other in others)]
    st.markdown("\n".join([f"## {heading}", *listed]))


def scrolling(words: str, name: str) -> None:
    """Draw Markdown in a box that scrolls, by the keyboard too, and is called `name`."""
    with st.container(key=f"scrolls_{name}"):
        st.markdown(words)
