// A step from an empty field begins at the last value, so that yesterday's weight is one tap and not eighty.
document.addEventListener("click", (event) => {
  const button = event.target.closest("num-stepper [data-by]");
  const input = button?.closest("num-stepper")?.querySelector("input[data-from]");
  if (input && input.value === "" && input.dataset.from) input.value = input.dataset.from;
}, { capture: true });
