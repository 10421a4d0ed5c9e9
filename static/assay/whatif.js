/* A slider and the number beside it say the same; htmx asks for the rest. */
document.addEventListener("input", (event) => {
  const turned = event.target;
  if (turned.dataset.turns) {
    document.getElementById(turned.dataset.turns).value = turned.value;
    return;
  }
  for (const slider of document.querySelectorAll("input[data-turns]")) {
    if (slider.dataset.turns === turned.id) slider.value = turned.value;
  }
}, true);
