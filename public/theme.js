// Blocking and tiny: sets the stored colour theme before the first paint, so that no page flashes in the other one.
// The rest of the page works without it.
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be blocked: the page then follows the system.
}
