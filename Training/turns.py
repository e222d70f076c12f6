"""The text around problems and steps: prompt, judge turns, closing lines. Needs only the standard library."""

PROMPT = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n<think>\n"
STEP_END = "\n\n"
CLOSING = "\n</think>\n\nThe answer is \\boxed{{{}}}.<|im_end|>"
EARLIER_TURN = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\nThe answer is \\boxed{{{}}}.<|im_end|>\n"

JUDGE_SHORT = "<|im_end|>\n<|im_start|>user\nScore the last step, 0 to 9.<|im_end|>\n<|im_start|>assistant\nScore: "
JUDGE_REFERENCE = (
    "<|im_end|>\n<|im_start|>user\nEvaluate the last reasoning step solely based on factual correctness and logical "
    "validity. Ignore style, phrasing, or overall usefulness—only judge whether the step is objectively correct and "
    "logically follows from prior steps. Assign a score from 0 to 9.<|im_end|>\n<|im_start|>assistant\n<think>I think "
    "the quality score is: ")

# Past answers lose their thinking, and a system message is only rendered when there is one.
CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{%- if message['role'] == 'assistant' -%}"
    "{%- set content = message['content'] -%}"
    "{%- if '</think>' in content -%}{%- set content = content.split('</think>')[-1].lstrip('\\n') -%}{%- endif -%}"
    "{{- '<|im_start|>assistant\\n' + content + '<|im_end|>\\n' -}}"
    "{%- else -%}"
    "{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' -}}"
    "{%- endif -%}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n<think>\\n' -}}{%- endif -%}")


def full_text(problem):
    """A problem with its right chain and closing line, as the models see it."""
    body = STEP_END.join(problem.steps)
    return PROMPT.format(problem.text) + body + CLOSING.format(problem.answer)
