/** Owns the wait for the browser's next picture: however often something changes, it is drawn once in it. */

/**
 * @param {() => void} draw
 * @returns {() => void} asks for it to be drawn
 */
export function onceAFrame(draw) {
  let asked = false;
  const run = () => {
    asked = false;
    draw();
  };
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(run);
  };
}
