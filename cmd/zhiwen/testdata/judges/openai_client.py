"""The official OpenAI client against a running zhiwen: BASE KEY BAD_KEY."""
import sys

import openai

base, key, bad = sys.argv[1:]
client = openai.OpenAI(base_url=base + "/v1", api_key=key, max_retries=0)

assert [m.id for m in client.models.list()] == ["zhiwen"]
assert client.models.retrieve("zhiwen").owned_by == "zhiwen"

question = [{"role": "user", "content": "2021智博会签约多少项目"}]
answer = client.chat.completions.create(model="zhiwen", messages=question)
message = answer.choices[0].message
assert "92个" in message.content, message.content
assert answer.choices[0].finish_reason == "stop" and answer.object == "chat.completion"
assert message.annotations, "no annotations"
for a in message.annotations:
    c = a.url_citation
    assert a.type == "url_citation" and message.content[c.start_index : c.end_index].startswith("["), a
    assert c.url.startswith(base + "/a/") and "#p" in c.url and c.title, c
cited = answer.zhiwen["citations"]
assert any("92个" in c["quote"] for c in cited), cited
assert all(len(c["quote"]) == c["end"] - c["start"] for c in cited), cited

# Streamed: a chunk is a sentence; together they are the same text.
chunks = list(client.chat.completions.create(model="zhiwen", messages=question, stream=True, stream_options={"include_usage": True}))
pieces = [c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content]
assert "".join(pieces) == message.content, pieces
assert all(p.rstrip().endswith("]") for p in pieces), pieces
assert chunks[0].choices[0].delta.role == "assistant"
assert chunks[-2].choices[0].finish_reason == "stop" and chunks[-2].choices[0].delta.annotations
assert chunks[-1].usage is not None and not chunks[-1].choices

# A follow-up is read with the messages before it, over two turns.
talk = question + [{"role": "assistant", "content": message.content}, {"role": "user", "content": "那数字经济类呢？"}]
follow = client.chat.completions.create(model="zhiwen", messages=talk).choices[0].message.content
assert "20个" in follow, follow
talk += [{"role": "assistant", "content": follow}, {"role": "user", "content": "那科技类呢？"}]
follow = client.chat.completions.create(model="zhiwen", messages=talk).choices[0].message.content
assert "17个" in follow, follow


def fails(kind, **request):
    try:
        client.chat.completions.create(**{"model": "zhiwen", "messages": question, **request})
    except kind as e:
        assert e.body["message"] and e.body["type"], e.body
        return
    raise AssertionError(f"{request} was accepted")


fails(openai.BadRequestError, n=2)
fails(openai.NotFoundError, model="gpt-4o")
fails(openai.BadRequestError, messages=[])
fails(openai.BadRequestError, response_format={"type": "json_object"})
client = openai.OpenAI(base_url=base + "/v1", api_key=bad, max_retries=0)
fails(openai.AuthenticationError)
print("ok")
