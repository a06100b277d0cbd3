"""What the softmax lab says; a page without a kernel fills in the same words."""

TITLE = "Loss {loss}"
SENTENCE = (
    "The right class is {label}. Its probability is {right}, so the loss is {loss}. The largest probability "
    "is {largest}, of class {best}. p \u2212 y adds up to {total}."
)
OVERFLOW = "Some probabilities are not numbers any more: this softmax overflows with these logits."
LABEL, LABEL_HINT = "Right class (0 to {last})", "The class that is the label"
SHIFT, SHIFT_HINT = "Add to all logits", "The same number is added to every logit"
LOGIT_HINT = "The logit of class {k}"
