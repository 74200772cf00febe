// Tiny, and what is painted waits for it (`blocking="render"`): sets the stored colour theme, so that no page flashes
// in the other one. Reading the page goes on meanwhile.
// The rest of the page works without it.
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be blocked: the page then follows the system.
}
