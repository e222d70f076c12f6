#!/usr/bin/env python3
"""Writes the reference values of the tokenizer's tests.

    pip install tokenizers regex jinja2 gguf sentencepiece
    make_fixtures.py DEMO.gguf [--templates FOLDER]

DEMO.gguf    the model whose vocabulary is used
--templates  published Jinja templates; their renderings are kept, the templates are not

vocabulary.json  the model's vocabulary
classes.json     the classes of Unicode's characters, from `regex`
random.json      10,000 random texts: how to make them, and hashes of what `tokenizers` gives for them
sentencepiece.json  vocabularies trained on the texts, and hashes of what `sentencepiece` gives for them
chat.json        chats, and small templates, as jinja2 renders them
"""
import argparse
import datetime
import io
import json
import os
import unicodedata

import gguf
import jinja2.ext
import jinja2.sandbox
import regex
import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, models, pre_tokenizers
from tokenizers.decoders import ByteLevel as ByteLevelDecoder

HERE = os.path.dirname(os.path.abspath(__file__))
MASK = (1 << 64) - 1
TEXTS, IDS_BLOCK, WORDS_BLOCK = 10_000, 10, 50

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
TIKTOKEN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,%d}| ?[^\s\p{L}\p{N}]+[\r\n]*"
            r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN35 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
SEED = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+"
        r"|\s*[\r\n]+|\s+(?!\S)|\s+")
CASED = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+%s|"
         r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*%s|\p{N}{1,%d}|"
         r" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
TEKKEN = CASED % ("", "", 1)
GPT4O = CASED % ("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "(?i:'s|'t|'re|'ve|'m|'ll|'d)?", 3)
LLM_LETTERS = (
    "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-\u1f7dᾀ-ᾴᾶ-ᾼ\u1fbeῂ-ῄῆ-ῌῐ-\u1fd3"
    "ῖ-\u1fdbῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤ\u2126ℨ\u212a-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃")
DEEPSEEK_V3 = (r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|"""
               r" ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def split(*patterns):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in patterns])


SCHEMES = {
    "gpt-2": split(GPT2),
    "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), split(GPT2)]),
    "qwen2": split(TIKTOKEN % 1),
    "qwen35": split(QWEN35),
    "seed-coder": split(SEED),
    "llama-bpe": split(TIKTOKEN % 3),
    "tekken": split(TEKKEN),
    "gpt-4o": split(GPT4O),
    "deepseek-llm": split(r"[\r\n]", rf"\s?[{LLM_LETTERS}]+", r"\s?[!-/:-~！-／：-～‘-‟　-。]+", r"\s+$",
                          "[一-龥ࠀ-一가-퟿]+", r"\p{N}+"),
    "deepseek-coder": split(r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", "[一-龥ࠀ-一가-퟿]+", r"\p{N}"),
    "deepseek-v3": split(r"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+", DEEPSEEK_V3),
    # llama.cpp's rule for files that name none.
    "default": split(r"[\p{P}\$\+<=>\^~\|]+", GPT2.removesuffix(r"|\s+"), r"\p{N}+", "[0-9][0-9][0-9]"),
}

FRAGMENTS = [
    " ", "  ", "   ", "\t", "\n", "\n\n", "\n\n\n", "\r\n", " \n ", " \t\n\t", "'s", "'S", "'re", "'LL", "'Ve", "'\u017f",
    "'", "''", "don't", "1", "12", "123", "1234567", "\uff13", "\u00bd", ".", "...", " (", ")\n", "\u00a0", "\u3000", "e\u0301",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "</think>", "<|im_end|>", "\0", "\u0130", "_", " _a",
]
WORDS = [
    "Now", " the", " bus", " has", " people", "So", " answer", " is", " points", " dollars", " 12", " 3", " =", " x", "How",
    " many", " at", " end", "?", "Hello", " World", "naïve", " œuvre", " Привет", "你好", " 世界", "한국어", " ไทย", "हिन्दी",
]


class SplitMix64:
    """Steele, Lea and Flood 2014."""

    def __init__(self, seed):
        self.state = seed

    def next(self, bound):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return (z ^ (z >> 31)) % bound


def fnv(lines):
    value = 0xCBF29CE484222325
    for byte in "".join(lines).encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return f"{value:016x}"


def category_samples(count=40):
    """Characters of every general category but the surrogates, which no text can hold."""
    rng, members = SplitMix64(1), {}
    for code in range(0x110000):
        members.setdefault(unicodedata.category(chr(code)), []).append(code)
    del members["Cs"]
    return {
        name: [codes[rng.next(len(codes))] for _ in range(count)] if len(codes) > count else codes
        for name, codes in sorted(members.items())
    }


def random_text(seed, categories):
    rng, parts = SplitMix64(seed), []
    for _ in range(rng.next(14)):
        kind = rng.next(8)
        if kind < 4:
            codes = categories[rng.next(len(categories))]
            for _ in range(1 + rng.next(3)):
                parts.append(chr(codes[rng.next(len(codes))]))
        elif kind < 6:
            parts.append(FRAGMENTS[rng.next(len(FRAGMENTS))])
        else:
            parts.append(WORDS[rng.next(len(WORDS))])
    return "".join(parts)


def blocks(lines, size):
    return [fnv(lines[i:i + size]) for i in range(0, len(lines), size)]


def line(numbers):
    return ",".join(map(str, numbers)) + "\n"


def ranges(pattern):
    """Code points that match, as [first, last, first, last, …]."""
    found, matcher = [], regex.compile(pattern)
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000 or not matcher.match(chr(code)):
            continue
        if found and found[-1] == code - 1:
            found[-1] = code
        else:
            found += [code, code]
    return found


def read_vocabulary(path):
    fields = gguf.GGUFReader(path).fields

    def get(key):
        return fields[key].contents() if key in fields else None

    return {
        "preTokenizer": get("tokenizer.ggml.pre"),
        "tokens": get("tokenizer.ggml.tokens"),
        "kinds": get("tokenizer.ggml.token_type"),
        "merges": get("tokenizer.ggml.merges"),
        "beginOfText": get("tokenizer.ggml.bos_token_id"),
        "endOfText": get("tokenizer.ggml.eos_token_id"),
        "chatTemplate": get("tokenizer.chat_template"),
    }


def reference(vocabulary, with_specials):
    tokens, kinds = vocabulary["tokens"], vocabulary["kinds"]
    tokenizer = Tokenizer(models.BPE(
        {text: i for i, text in enumerate(tokens)}, [tuple(m.split(" ")) for m in vocabulary["merges"]]))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        SCHEMES[vocabulary["preTokenizer"]], pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = ByteLevelDecoder()
    if with_specials:
        tokenizer.add_special_tokens(
            [AddedToken(t, special=True, normalized=False) for t, kind in zip(tokens, kinds) if kind in (3, 4)])
    return tokenizer


# A vocabulary as Llama 2's, and one whose pieces go on over spaces.
SENTENCE_PIECES = {
    "words": {"add_dummy_prefix": True, "split_digits": True, "user_defined_symbols": ["<sep>", "don't"]},
    "phrases": {"add_dummy_prefix": False, "split_by_whitespace": False, "user_defined_symbols": ["\u2581\u2581", "\n"]},
}


def sentence_piece(texts, options):
    rng, model = SplitMix64(2), io.BytesIO()
    sentences = ["".join(WORDS[rng.next(len(WORDS))] for _ in range(12)) for _ in range(3_000)]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences), model_writer=model, model_type="bpe", vocab_size=600, byte_fallback=True,
        character_coverage=0.99, normalization_rule_name="identity", remove_extra_whitespaces=False, minloglevel=2, **options)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())

    def kind(token):
        if processor.is_unknown(token):
            return 2
        if processor.is_control(token):
            return 3
        if processor.is_byte(token):
            return 6
        return 4 if processor.id_to_piece(token) in options["user_defined_symbols"] else 1

    count = processor.get_piece_size()
    return {
        "addsSpacePrefix": options["add_dummy_prefix"],
        "tokens": [processor.id_to_piece(token) for token in range(count)],
        "scores": [processor.get_score(token) for token in range(count)],
        "kinds": [kind(token) for token in range(count)],
        "block": WORDS_BLOCK,
        "ids": blocks([line(processor.encode(text)) for text in texts], WORDS_BLOCK),
    }


CHATML = ("{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
          "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
# Published templates, reduced to what chats without tools meet.
TEMPLATES = {
    "ChatML": (CHATML, ""),
    "ChatML with a trimming filter": (CHATML.replace("message['content']", "message['content'] | trim"), ""),
    "SmolLM2": (
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\n"
        "You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\\n' }}{% endif %}"
        "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}", ""),
    "Qwen2.5-Math": (
        "{%- if messages[0]['role'] == 'system' %}{{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}"
        "{%- else %}{{- '<|im_start|>system\\nPlease reason step by step, and put your final answer within \\\\boxed{}."
        "<|im_end|>\\n' }}{%- endif %}{%- for message in messages %}{%- if not (message.role == 'system' and loop.first) %}"
        "{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}{%- endif %}{%- endfor %}"
        "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}", ""),
    "QwQ": (
        "{%- if messages[0]['role'] == 'system' %}\n    {{- '<|im_start|>system\\n' + messages[0]['content'] + "
        "'<|im_end|>\\n' }}\n{%- endif %}\n{%- for message in messages %}\n"
        "    {%- if (message.role == \"user\") or (message.role == \"system\" and not loop.first) %}\n"
        "        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}\n"
        "    {%- elif message.role == \"assistant\" %}\n"
        "        {%- set content = message.content.split('</think>')[-1].lstrip('\\n') %}\n"
        "        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}\n"
        "    {%- endif %}\n{%- endfor %}\n"
        "{%- if add_generation_prompt %}\n    {{- '<|im_start|>assistant\\n<think>\\n' }}\n{%- endif %}\n", ""),
    "Qwen3": (
        "{%- if messages[0].role == 'system' %}\n    {{- '<|im_start|>system\\n' + messages[0].content + "
        "'<|im_end|>\\n' }}\n{%- endif %}\n{%- for message in messages %}\n    {%- set content = message.content %}\n"
        "    {%- if (message.role == \"user\") or (message.role == \"system\" and not loop.first) %}\n"
        "        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}\n"
        "    {%- elif message.role == \"assistant\" %}\n        {%- if '</think>' in content %}\n"
        "            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}\n        {%- endif %}\n"
        "        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}\n"
        "    {%- endif %}\n{%- endfor %}\n{%- if add_generation_prompt %}\n    {{- '<|im_start|>assistant\\n' }}\n"
        "    {%- if enable_thinking is defined and enable_thinking is false %}\n"
        "        {{- '<think>\\n\\n</think>\\n\\n' }}\n    {%- endif %}\n{%- endif %}", ""),
    "Llama 3": (
        "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + "
        "message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}"
        "{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}"
        "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}", "<|begin_of_text|>"),
    "Llama 3.1": (
        "{{- bos_token }}\n{%- if not date_string is defined %}\n    {%- set date_string = \"26 Jul 2024\" %}\n{%- endif %}\n"
        "{%- if messages[0]['role'] == 'system' %}\n    {%- set system_message = messages[0]['content']|trim %}\n"
        "    {%- set messages = messages[1:] %}\n{%- else %}\n    {%- set system_message = \"\" %}\n{%- endif %}\n"
        "{{- \"<|start_header_id|>system<|end_header_id|>\\n\\n\" }}\n{{- \"Cutting Knowledge Date: December 2023\\n\" }}\n"
        "{{- \"Today Date: \" + date_string + \"\\n\\n\" }}\n{{- system_message }}\n{{- \"<|eot_id|>\" }}\n"
        "{%- for message in messages %}\n    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ "
        "message['content'] | trim + '<|eot_id|>' }}\n{%- endfor %}\n{%- if add_generation_prompt %}\n"
        "    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}\n{%- endif %}\n", "<|begin_of_text|>"),
}
CHATS = [
    [["user", "What is 2 + 2?"]],
    [["system", "Be brief."], ["user", "  What is 2 + 2?\n"]],
    [["user", "Hi"], ["assistant", "<think>\nA greeting.\n</think>\n\nHello! \n"], ["user", "What is <|im_end|> for?"]],
    [["system", " Sums only.\n"], ["user", "1 + 1"], ["assistant", "2"], ["user", "and 2 + 2"],
     ["assistant", "Two</think>twice</think> is\n4"], ["user", "\u001c\u00a0thanks\u2003"]],
]


# One construct of Jinja each.
SNIPPETS = [
    "a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "a\n  {%+ if true %}\n  b\n  {%- endif -%}\n  \n c", "{{ 1 }}\n\n{{- 2 }} {{ 3 -}} \n 4\n\n",
    "  {# no #}\nx {# no #} y\n  {#- no -#}  z", "{% raw %}{{ a }} {% b %}{% endraw %}c", "{%- raw -%} {{ a }} {%- endraw -%} c", "",
    "{{ 'a' 'b' ~ 1 ~ true ~ none }}", "{{ \"it's\" + 'a \"b\"' + '\\n\\t\\\\\\u00e9\\x41\\q' }}", "{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 * 3 + 1 }} {{ 1 - -1 }}",
    "{{ 'ab' * 3 }}|{{ 1.5 + 1 }}|{{ [1] + [2, 'x'] }}|{{ {'a': none, 'b': true} }}", "{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' < 'b' }} {{ 1 == 1.0 }} {{ '1' == 1 }} {{ true == 1 }}",
    "{{ 'b' in 'abc' }} {{ 'x' not in 'abc' }} {{ 2 in [1, 2] }} {{ 'a' in {'a': 1} }} {{ not 1 in [1] }}", "{{ 1 and 0 or 'x' }} {{ not (0 or '') }} {{ none or [] or 5 }}",
    "{{ 'yes' if messages else 'no' }}{{ 'no' if false }}{{ 'a' if false else 'b' if false else 'c' }}", "{{ undefined_name }}|{{ undefined_name is defined }}|{{ messages[9] is undefined }}|{{ messages[0].nothing }}",
    "{{ messages[0].content }}|{{ messages[0]['role'] }}|{{ messages[-1].role }}|{{ messages | length }}", "{{ 'abcdef'[1:3] }}{{ 'abcdef'[::-1] }}{{ 'abcdef'[-2:] }}{{ 'abcdef'[:-4] }}{{ 'abcdef'[::2] }}{{ 'abc'[10:] }}",
    "{% for m in messages[1:] %}{{ loop.index }}{{ loop.first }}{{ loop.last }}{{ m.role }};{% endfor %}", "{% for m in messages if m.role == 'user' %}{{ loop.index0 }}/{{ loop.length }} {% else %}none{% endfor %}",
    "{% for x in [] %}a{% else %}empty{% endfor %}{% for x in [1, 2, 3] %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{% endfor %}{% for x in range(9) %}{% if x > 2 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }},{% endfor %}{% for c in 'abc' %}{{ c }}-{% endfor %}{% for k in {'x': 1} %}{{ k }}{% endfor %}",
    "{% for x in [1, 2] %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }}{{ loop.revindex }}{{ loop.revindex0 }}{% for y in 'ab' %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}",
    "{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}", "{% set ns = namespace(x=1, y='a') %}{% for i in [1, 2] %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}{{ ns.y }}{{ ns.z is defined }}",
    "{% set a, b = 'x', 'y' %}{{ a }}{{ b }}{% set c %}in {{ a }}\n{% endset %}[{{ c }}]{{ c | length }}", "{% if false %}a{% elif 0 %}b{% elif 'x' %}c{% else %}d{% endif %}{% if '' %}{% else %}e{% endif %}",
    "{% macro f(a, b='B') %}<{{ a }}{{ b }}{{ c }}>{% endmacro %}{{ f(1) }}{{ f(1, 2) }}{{ f(b=3, a=4) }}{{ f('x') | upper | length }}", "{% macro r(n) %}{{ n }}{% if n > 0 %}{{ r(n - 1) }}{% endif %}{% endmacro %}{{ r(3) }}",
    "{{ ' a b '.strip() }}|{{ ' a'.lstrip() }}|{{ 'a\\n\\n'.rstrip('\\n') }}|{{ 'xxaxx'.strip('x') }}|{{ 'a,b,c'.split(',') | length }}|{{ 'a b  c'.split() | join('+') }}|{{ 'a</t>b</t>c'.split('</t>')[-1] }}",
    "{{ 'a,b,c'.split(',', 1)[1] }}|{{ 'a,b,c'.rsplit(',', 1)[0] }}|{{ 'abc'.startswith('ab') }}{{ 'abc'.endswith('ab') }}{{ 'abc'.startswith(('x', 'a')) }}|{{ 'aXbX'.replace('X', '--') }}|{{ 'aXbX'.replace('X', '', 1) }}",
    "{{ 'abc'.upper() }}{{ 'ABC'.lower() }}{{ 'hello wORLD'.title() }}{{ 'hELLO'.capitalize() }}{{ 'abc'.find('c') }}{{ 'abc'.find('x') }}{{ ','.join(['a', 'b']) }}{{ 'a\\nb'.splitlines() | length }}{{ 'abab'.count('ab') }}",
    "{{ 'a' | upper }}{{ ' a ' | trim }}{{ 'x' | default('y') }}{{ u | default('y') }}{{ '' | default('z', true) }}{{ [1, 2] | first }}{{ [1, 2] | last }}{{ [3, 1] | join(', ') }}{{ 'abc' | length }}{{ 'aXb' | replace('X', 'Y') }}",
    "{{ messages | map(attribute='role') | join(',') }}|{{ messages | selectattr('role', 'equalto', 'user') | list | length }}|{{ messages | rejectattr('role', 'equalto', 'user') | map(attribute='role') | list }}",
    "{{ [1, 2, 3, 4] | select('odd') | list }}{{ [0, 1, none] | select | list }}{{ ['a', 'b'] | map('upper') | join }}{{ [1, 1, 2] | unique | list }}{{ [1, 2] | reverse | list }}{{ {'b': 1, 'a': 2} | dictsort | tojson }}",
    "{{ '12' | int + 1 }}{{ 'x' | int }}{{ 3.7 | int }}{{ -3 | abs }}{{ 5 | string + 'a' }}{{ {'a': 1} | items | list | tojson }}{{ 'hello there' | title }}{{ 'hELLO' | capitalize }}",
    "{{ {'a': [1, 'x\"\\n', none, true, 1.5], 'b': {}} | tojson }}", "{{ {'a': [1, {'b': 'é'}], 'c': []} | tojson(indent=2) }}",
    "{{ 1 is number }}{{ 'a' is string }}{{ [] is iterable }}{{ {} is mapping }}{{ none is none }}{{ 3 is odd }}{{ 4 is even }}{{ 6 is divisibleby 3 }}{{ true is boolean }}{{ 1 is integer }}{{ 1.0 is float }}{{ false is false }}{{ 'a' is in ['a'] }}{{ 2 is eq 2 }}{{ 2 is gt(1) }}",
    "{{ 'a' is not string }}{{ x is not defined or 1 }}{{ 1 is not none and 'b' }}{{ messages is sequence }}{{ 'a' is string and true }}", "{{ (1, 2)[1] }}{{ [[1, 2], [3]][0][1] }}{{ {'a': {'b': 'c'}}.a.b }}{{ {'a': 1}.get('a') }}{{ {'a': 1}.get('x', 2) }}{{ {'a': 1}.get('x') }}{{ dict(a=1)['a'] }}",
    "{{ -2 | abs }}{{ (-2) | abs }}{{ 'a' ~ 'b' | upper }}{{ 'a' + 'b' | upper }}{{ 1 if 'x' in 'xy' and not false else 2 }}", "{% for i in range(2, 8, 3) %}{{ i }}{% endfor %}{% for i in range(3, 0, -1) %}{{ i }}{% endfor %}",
    "{{ bos_token }}{{ eos_token }}{% if add_generation_prompt %}go{% endif %}{% generation %}x{% endgeneration %}", "{% if tools %}t{% endif %}{{ tools is none }}{{ documents is defined }}{{ messages[0].tool_calls is defined }}",
    "{%- for m in messages -%}\n  {%- if not loop.last -%}\n    {{ m.role }}\n  {%- else -%}\n    {{- ' last' }}\n  {%- endif -%}\n{%- endfor %}\n\n", "line1\r\n{% if true %}\r\nline2\r\n{% endif %}", "{{\n  messages\n  | length\n}}\n{%\n if true\n%}x{% endif %}",
    "{{ '{{' }}{{ '%}' }}{{ {'a': {'b': 1}}['a']['b'] }}{{ \"}}\" }}", "{{ True }}{{ None }}{{ False or 'f' }}{{ 10 }}{{ 0 }}",
    "{{ none|selectattr('a')|list }}{{ none|rejectattr('a')|list }}{{ none|map(attribute='a')|list }}{{ 0|select|list }}",
    # Values.
    r"{{ 1.0 }}|{{ 1e3 }}|{{ 0.1 }}|{{ 1_000 }}|{{ 1.5e-7 }}|{{ 1e15 }}|{{ 1e16 }}|{{ 1e22 }}|{{ 0.0001 }}|{{ 1e-5 }}|{{ -2.50 }}|{{ 0x1F }}|{{ 0b101 }}|{{ 0o17 }}",
    r"{{ [1,'a',none,true] }}{{ {'a':1,'b':'c'} }}{{ (1,2) }}{{ (1,) }}{{ () }}{{ 1, 2 }}{{ [(1, 'x')] }}{{ {1: 2, (3, 4): 5, none: true} }}",
    r"""{{ ["it's", 'a "b"', 'c\'"', 'tab\t\x01', 'é\u200b\u00a0', '\\'] }}""",
    r"{% set d = {1: 'one', 2.0: 'two', true: 'yes'} %}{{ d[1] }}{{ d[2] }}{{ d[1.0] }}{{ d | length }}{{ d.get(3, 'none') }}{{ 2 in d }}{{ d | tojson }}",
    r"{{ 2 ** 10 }}{{ 2 ** -1 }}{{ 2 ** 0.5 > 1.41 }}{{ 2 ** 3 ** 2 }}{{ -2 ** 2 }}{{ true + 1 }}{{ [1] * 3 }}{{ 2 * 'ab' }}{{ (1,) + (2,) }}{{ 7 % 2.5 }}{{ 4 / 2 }}{{ 1 - 0.5 }}",
    r"{{ [1, 2] < [1, 3] }}{{ (1, 2) == [1, 2] }}{{ 'b' > 'a' }}{{ [1, 2] == [1, 2] }}{{ {'a': 1} == {'a': 1.0} }}{{ 'x' in ('x', 'y') }}{{ (1, 2, 3)[::-1] }}{{ (1, 2, 3)[1:] }}",
    r"{{ m is defined }}{{ messages[0].items is defined }}{{ messages[0]['items'] is defined }}{{ messages[0].keys() | list }}{{ 'a'.upper is defined }}{{ {'items': 1}['items'] }}{{ {'a': 1}.values() | list }}",
    # Arguments.
    r"{{ 'aXbXc' | replace('X', '-', 1) }}{{ 'aXb'.replace('X', '') }}{{ 'a b c d'.split(' ', 2) }}{{ ' a  b '.split() }}{{ ' a  b c'.split(None, 1) }}{{ ' a  b c'.rsplit(None, 1) }}{{ 'a-b'.split(sep='-') }}",
    r"{{ {'b':1,'a':[2, {'c': 3}]}|tojson(separators=(',', ':'), sort_keys=True) }}{{ {'é': 'ü🙂'} | tojson(ensure_ascii=True) }}{{ [1, 2] | tojson(indent=1) }}{{ [1.0, true] | tojson }}{{ [[]] | tojson(indent='\t') }}",
    r"{{ 'a\nb\n\nc' | indent }}|{{ 'a\nb' | indent(2, true) }}|{{ 'a\n\nb' | indent(2, blank=true) }}|{{ 'a\nb\n' | indent('> ', first=True) }}|{{ '' | indent(2, true) }}",
    r"{{ '5'|int + 1 }}{{ 5|float }}{{ 5.0|string }}{{ 3.7|int }}{{ 3.14159|round(2) }}{{ 2.5|round }}{{ 3.5|round }}{{ 5|round }}{{ 2.1|round(method='ceil') }}{{ -2.1|round(0, 'floor') }}{{ 'x'|int(7) }}{{ 'ff'|int(base=16) }}{{ 'x'|float(1.5) }}{{ '1.5'|float }}{{ 2.675|round(2) }}",
    r"{{ [1,2,3]|sum }}{{ [1.5, 2]|sum(start=1) }}{{ messages|map(attribute='content')|map('length')|sum }}{{ [{'a': 1}, {'a': 2}]|sum(attribute='a') }}",
    r"{{ ['b', 'A', 'c']|sort }}{{ ['b', 'A', 'c']|sort(case_sensitive=true) }}{{ [3, 1, 2]|sort(reverse=true) }}{{ messages|sort(attribute='content')|map(attribute='role')|join(',') }}{{ [{'a': 1, 'b': 2}, {'a': 1, 'b': 1}]|sort(attribute='a,b') }}",
    r"{{ [1, 3, 2]|max }}{{ ['b', 'A']|min }}{{ []|max is defined }}{{ ['a', 'A', 'b']|unique|list }}{{ ['a', 'A']|unique(case_sensitive=true)|list }}{{ messages|unique(attribute='role')|map(attribute='role')|list }}{{ 'abc'|reverse }}",
    r"{% for b in [1, 2, 3, 4, 5]|batch(2) %}{{ b }}{% endfor %}{% for b in [1, 2, 3]|batch(2, 'x') %}{{ b }}{% endfor %}{% for s in [1, 2, 3, 4]|slice(3) %}{{ s }}{% endfor %}{% for s in [1, 2, 3, 4]|slice(3, 'x') %}{{ s }}{% endfor %}",
    r"{% for g in messages|groupby('role') %}{{ g.grouper }}:{{ g.list|length }};{% endfor %}{% for k, v in [{'a': 'x'}, {'a': 'X'}, {}]|groupby('a', default='?') %}{{ k }}{{ v|length }}{% endfor %}",
    r"{{ {'b': 1, 'A': 2}|dictsort }}{{ {'b': 1, 'a': 2}|dictsort(by='value', reverse=true) }}{{ [[1, 2], [3, 4]]|map(attribute=1)|list }}{{ [{'a': {'b': 1}}, {'a': {}}]|map(attribute='a.b', default=0)|list }}{{ ['1', '2']|map('int', default=3)|list }}",
    r"{{ '<a href=\"x\">&\'' | e }}{{ 'a b c'|wordcount }}{{ 'it is, x_1'|wordcount }}{{ 'foo bar baz qux'|truncate(9) }}|{{ 'foo bar baz qux'|truncate(9, true, '>', 0) }}|{{ 'foo bar'|truncate(9) }}|{{ 'ab'|center(5) }}|{{ 'a b/ü'|urlencode }}|{{ {'a': 1}|attr('items') is defined }}",
    # Formats.
    r"{{ '{}: {}'.format('a', 1) }}{{ '{1}{0}{1}'.format('a', 'b') }}{{ '{x.role}{x[content]}'.format(x=messages[1]) }}{{ '{{}}{!r}'.format('a') }}{{ '{:>5}|{:<5}|{:^5}|{:*^7}'.format('a', 'b', 'c', 'd') }}{{ '{:05d}|{:,}|{:.2f}|{:x}|{:+d}|{:.1%}'.format(42, 1234567, 3.14159, 255, 3, 0.256) }}",
    r"{{ '%s: %s' % ('a', 1) }}{{ '%d%%' % 5 }}{{ '%5s|%-5s|%05d|%.2f|%x' % ('a', 'b', 42, 3.14159, 255) }}{{ '%(a)s-%(b)r' % {'a': 1, 'b': 'x'} }}{{ '%s' % 'x' }}{{ '%r' % ['a'] }}{{ '%s+%s'|format('a', 'b') }}{{ '%(k)s'|format(k='v') }}",
    r"{{ 'ab'.center(6) }}|{{ 'abc'.center(6, '*') }}|{{ 'a'.ljust(3) }}|{{ 'a'.rjust(3, '0') }}|{{ '7'.zfill(3) }}|{{ 'a-b-c'.partition('-') }}{{ 'a-b-c'.rpartition('-') }}{{ 'abc'.partition('x') }}",
    r"""{{ 'abc'.removeprefix('a') }}{{ 'abc'.removesuffix('c') }}{{ 'aBc'.swapcase() }}{{ '12'.isdigit() }}{{ 'a1'.isalnum() }}{{ 'a1'.isalpha() }}{{ ' '.isspace() }}{{ 'AB'.isupper() }}{{ 'ab1'.islower() }}{{ 'abcb'.rfind('b') }}{{ 'abcb'.index('b') }}{{ ''.find('') }}{{ 'a\r\nb\nc'.splitlines() }}{{ 'a\nb'.splitlines(true) }}{{ 'abcabc'.startswith('bc', 1) }}{{ "it's a-b".title() }}{{ "it's a-b"|title }}""",
    r"{{ [1, 2, 1].count(1) }}{{ [1, 2].index(2) }}{{ 'hello' is lower }}{{ 'HI' is upper }}{{ 'upper' is filter }}{{ 'odd' is test }}{{ 'nope' is filter }}{{ 2 is sameas 2 }}{{ [1, 2]|select('gt', 1)|list }}{{ [1, 2]|reject('in', [2])|list }}",
    # Loops and macros.
    r"{% for (a, b), c in [((1,2),3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}{% set (x, y), z = (1, 2), 3 %}{{ x }}{{ y }}{{ z }}{% for x in 1, 2 %}{{ x }}{% endfor %}",
    r"{% for m in messages %}{{ loop.cycle('a','b') }}{{ loop.changed(m.role) }}{{ loop.depth }}{% endfor %}{% for x in [1, 1, 2] %}{{ loop.changed(x) }}{% endfor %}",
    r"{% for n in [{'v': 1, 'c': [{'v': 2, 'c': []}, {'v': 3, 'c': [{'v': 4}]}]}] recursive %}{{ loop.depth }}.{{ n.v }}({{ loop(n.c) if n.c }}){% endfor %}",
    r"{% macro w() %}{{ varargs|join('+') }}{{ kwargs|dictsort }}{% endmacro %}{{ w('a', 'b') }}{{ w(x=1, y='z') }}{% macro d(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ d(1) }}{{ d(b=2, a=3) }}{{ d.name }}{% set args = [1, 2] %}{{ d(*args) }}{{ d(**{'a': 5}) }}",
    r"{% macro w(x) %}{{ x }}{{ caller(x) }}{{ caller('!') }}{% endmacro %}{% for m in messages[:2] %}{% call(y) w(m.role) %}[{{ y }}{{ loop.index }}]{% endcall %}{% endfor %}{% macro q() %}<{{ caller() }}>{% endmacro %}{% call q() %}in{% endcall %}",
    r"{% filter upper %}a{{ 'b' }}{% endfilter %}{% filter replace('a', 'x') | trim %} aba {% endfilter %}{% set t | upper | trim %} abc {% endset %}{{ t }}{% with a = 1, b = 'x' %}{{ a }}{{ b }}{% endwith %}{{ a is defined }}{% block c %}in{% endblock %}",
    r"{% if false %}{{ 1 | nosuch }}{% endif %}{{ 'ok' if true else (1 | nosuch) }}{% if false %}{{ x is nosuchtest }}{{ nosuch() }}{% endif %}",
    r"{% set j = joiner('; ') %}{% for x in 'abc' %}{{ j() }}{{ x }}{% endfor %}{% set c = cycler('x', 'y') %}{{ c.current }}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ dict(b=1, a=2) }}{{ dict([('x', 1)], y=2) }}",
    r"{{ strftime_now('%F') }}|{{ strftime_now('%-d %B %Y') }}|{{ strftime_now('%e %b %y') }}|{{ strftime_now('%A %H:%M:%S %j %p %%') }}|{{ strftime_now('%d/%m/%Y, %I:%M') }}",
    r"{{ 'a' 'b' }}{{ '\x41\u00e9\101\t|' }}{{ 'ab'[0] }}{{ 'abc'[-1] }}{{ messages[0]['role'][0] }}{{ messages[-1].content[:2] | length }}{{ [1, [2, 3]][1][0] }}{{ {'a': [1]}.a[0] }}",
]


def jinja_environment():
    class Generation(jinja2.ext.Extension):
        """The tag that marks what a training counts."""
        tags = {"generation"}

        def parse(self, parser):
            line = next(parser.stream).lineno
            body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
            return jinja2.nodes.CallBlock(self.call_method("_same"), [], [], body).set_lineno(line)

        def _same(self, caller):
            return caller()

    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])

    def refuse(message):
        raise jinja2.exceptions.TemplateError(message)

    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = lambda form: datetime.datetime(2024, 7, 26).strftime(form)
    # As Hugging Face's tokenizers have it.
    environment.filters["tojson"] = lambda value, ensure_ascii=False, indent=None, separators=None, sort_keys=False: (
        json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys))
    return environment


def render(source, chat, bos, eos=""):
    return jinja_environment().from_string(source).render(
        messages=[{"role": r, "content": t} for r, t in chat], bos_token=bos, eos_token=eos, add_generation_prompt=True,
        tools=None, documents=None, enable_thinking=True, thinking=True)


def chats(vocabulary, folder):
    templates = {name: (source, bos, None) for name, (source, bos) in TEMPLATES.items()}
    templates["demo pair"] = (vocabulary["chatTemplate"], "", None)
    for name in sorted(os.listdir(folder)) if folder else []:
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            source = f.read()
        bos = "<｜begin▁of▁sentence｜>" if "DeepSeek" in name else ""
        templates[name] = (source, bos, name)
    for name, (source, bos, file) in templates.items():
        yield {
            "name": name,
            "template": None if file else source,
            "file": file,
            "beginOfText": bos,
            "rendered": [render(source, chat, bos) for chat in CHATS],
        }


def write(name, value):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as f:
        json.dump(value, f, ensure_ascii=True, separators=(",", ":"))
        f.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--templates")
    arguments = parser.parse_args()

    vocabulary = read_vocabulary(arguments.model)
    write("vocabulary.json", vocabulary)
    write("classes.json", {name: ranges(pattern) for name, pattern in {
        "upper": r"[\p{Lu}\p{Lt}]", "lower": r"\p{Ll}", "uncased": r"[\p{Lm}\p{Lo}]", "mark": r"\p{M}", "number": r"\p{N}",
        "punctuation": r"\p{P}", "symbol": r"\p{S}", "space": r"\s", "unassigned": r"\p{Cn}"}.items()})

    samples = category_samples()
    texts = [random_text(seed, list(samples.values())) for seed in range(TEXTS)]
    plain, special = reference(vocabulary, False), reference(vocabulary, True)
    ids = [plain.encode(text).ids for text in texts]
    assert all(plain.decode(i) == text for i, text in zip(ids, texts))
    write("random.json", {
        "categories": samples, "fragments": FRAGMENTS, "words": WORDS,
        "idsBlock": IDS_BLOCK, "ids": blocks([line(i) for i in ids], IDS_BLOCK),
        "wordsBlock": WORDS_BLOCK,
        "cuts": {name: blocks([line(len(word.encode()) for word, _ in scheme.pre_tokenize_str(text)) for text in texts],
                              WORDS_BLOCK) for name, scheme in SCHEMES.items()},
        "full": [{"text": text, "ids": ids[seed], "special": special.encode(text).ids}
                 for seed, text in enumerate(texts[:60])]
        + [{"text": text, "ids": plain.encode(text).ids, "special": special.encode(text).ids} for text in [
            "<|im_start|>user\nHow many?<|im_end|>\n<|im_start|>assistant\n<think>\n", "<|im_end|><|im_end|>", "<|im_end",
            "<<|im_end|>>", "a<think>b</think>\n\nc", "<|im_start|>\n\n\n<|im_end|>  "]],
    })
    write("sentencepiece.json", {name: sentence_piece(texts, options) for name, options in SENTENCE_PIECES.items()})
    write("chat.json", {
        "chats": CHATS, "templates": list(chats(vocabulary, arguments.templates)),
        "snippets": [{"template": source, "rendered": render(source, CHATS[3], "<s>", "</s>")} for source in SNIPPETS]})


if __name__ == "__main__":
    main()
