// The arrivals: a tap's answer puts its line on top. The stream may have been quicker and brought all of them, that one too.
const MOST = 12;

document.addEventListener("htmx:after:swap", () => {
  const list = document.getElementById("arrivals");
  const first = list?.firstElementChild;
  if (!first?.id) return;
  if ([...list.children].some((line) => line !== first && line.id === first.id)) first.remove();
  list.querySelector(".nothing")?.remove();
  while (list.children.length > MOST) list.lastElementChild.remove();
});
