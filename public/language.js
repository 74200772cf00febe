// Only on the page that belongs to no language: goes on to the reader's, by the stored choice or the browser's.
// Without this script, or with a browser that speaks neither, the page offers both as links.
(() => {
  let stored = null;
  try {
    stored = localStorage.getItem('language');
  } catch {
    // Storage may be blocked: the browser's languages decide.
  }
  for (const tag of [stored, ...navigator.languages]) {
    const known = /^(ko|en)(-|$)/i.exec(String(tag));
    if (!known) continue;
    location.replace(`${known[1].toLowerCase()}/${location.search}${location.hash}`);
    return;
  }
})();
