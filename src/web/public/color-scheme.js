// Before the first paint, so that nobody who works in the dark is dazzled by a white page. A file of its own: the page allows no inline script.
;(() => {
  const stored = localStorage.getItem('mantine-color-scheme-value')
  const isDark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light')
})()
