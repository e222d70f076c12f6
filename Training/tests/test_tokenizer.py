import os
import random
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import problems as P
from tokenizer import SPECIAL, Tokenizer, byte_symbols
from turns import CHAT_TEMPLATE, EARLIER_TURN, JUDGE_REFERENCE, JUDGE_SHORT, PROMPT, full_text


class Tokens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.t = Tokenizer()

    def test_round_trip_and_one_token_a_word(self):
        rng = random.Random(3)
        for _ in range(100):
            text = full_text(P.generate_fresh(rng))
            ids = self.t.encode(text)
            self.assertEqual(self.t.decode(ids), text)
        self.assertTrue(all(len(self.t.word(f"{s}{n}")) == 1 for n in range(P.MAX_VALUE + 11) for s in ("", " ")))

    def test_any_bytes(self):
        for text in ("Größe 東京 🙂 x=3;\t  a", "\n\n\n", " ", "What is the capital of France?"):
            self.assertEqual(self.t.decode(self.t.encode(text)), text)
        self.assertTrue(all(c in self.t.ids for c in byte_symbols().values()))

    def test_a_blank_line_is_two_newlines_wherever_it_stands(self):
        nl = self.t.newline
        self.assertEqual(self.t.encode("\n\n"), [nl, nl])
        self.assertEqual(self.t.encode("a.\n\nSo")[-3:-1], [nl, nl])
        self.assertEqual(self.t.encode("a.\n\n<|im_end|>")[-3:-1], [nl, nl])

    def test_judge_turns_end_in_a_lone_space_and_digits_are_tokens(self):
        for turn in (JUDGE_SHORT, JUDGE_REFERENCE):
            self.assertEqual(self.t.tokens[self.t.encode(turn)[-1]], "Ġ")
        self.assertEqual([self.t.tokens[d] for d in self.t.digits], list("0123456789"))
        self.assertEqual(self.t.digits, list(range(self.t.digits[0], self.t.digits[0] + 10)))

    def test_special_tokens_come_first(self):
        self.assertEqual(self.t.tokens[:len(SPECIAL)], SPECIAL)


class Template(unittest.TestCase):
    def test_renders_the_training_prompt_and_strips_past_thinking(self):
        try:
            import jinja2
        except ImportError:
            self.skipTest("jinja2 is not installed")
        render = jinja2.Environment().from_string(CHAT_TEMPLATE).render
        q = {"role": "user", "content": "P2"}
        self.assertEqual(render(messages=[q], add_generation_prompt=True), PROMPT.format("P2"))
        past = [{"role": "user", "content": "P1"},
                {"role": "assistant", "content": "<think>\na step\n\nSo the answer is 7.\n</think>\n\nThe answer is \\boxed{7}."}]
        self.assertEqual(render(messages=past + [q], add_generation_prompt=True),
                         EARLIER_TURN.format("P1", 7) + PROMPT.format("P2"))


if __name__ == "__main__":
    unittest.main()
