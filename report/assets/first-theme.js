(() => {
  let kept = null;
  try {
    kept = localStorage.getItem("seatrial-theme");
  } catch {
    // Storage is closed to pages from some disks; then the system's theme holds.
  }
  const dark = kept === null ? matchMedia("(prefers-color-scheme: dark)").matches : kept === "dark";
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
