'use strict';

// The theme: what the system asks for, until the button says otherwise.
{
  const button = document.getElementById('theme');
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const dark = () => (root.style.colorScheme || (system.matches ? 'dark' : 'light')) === 'dark';
  const label = () => { button.textContent = dark() ? 'Light' : 'Dark'; };
  button.addEventListener('click', () => {
    root.style.colorScheme = dark() ? 'light' : 'dark';
    label();
  });
  system.addEventListener('change', label);
  label();
  button.hidden = false;
}

// Copy buttons. Where there is no clipboard, the text is selected instead.
for (const button of document.querySelectorAll('button.copy')) {
  const text = button.parentElement.querySelector('pre');
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(text);
      button.textContent = 'Selected';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
}

// Why a value is missing: shown beside it, on hover and on focus.
{
  const bubble = document.createElement('div');
  bubble.className = 'bubble';
  bubble.hidden = true;
  document.body.append(bubble);
  const hide = () => { bubble.hidden = true; };
  const show = (at) => {
    bubble.textContent = at.dataset.why;
    bubble.hidden = false;
    const box = at.getBoundingClientRect();
    const left = Math.min(box.left, innerWidth - bubble.offsetWidth - 8);
    const above = box.top - bubble.offsetHeight - 6;
    bubble.style.left = Math.max(8, left) + 'px';
    bubble.style.top = (above > 0 ? above : box.bottom + 6) + 'px';
  };
  for (const at of document.querySelectorAll('.why')) {
    for (const name of ['mouseenter', 'focus']) at.addEventListener(name, () => show(at));
    for (const name of ['mouseleave', 'blur']) at.addEventListener(name, hide);
  }
  // Focus may scroll the page: the bubble goes where its value goes.
  const follow = () => {
    const at = document.activeElement.closest('.why');
    if (at) show(at); else hide();
  };
  addEventListener('scroll', follow, { capture: true, passive: true });
}
