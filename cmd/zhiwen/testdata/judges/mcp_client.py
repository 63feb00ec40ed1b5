"""The official Python client of MCP against zhiwen: over HTTP with
"http URL KEY", over standard streams with "stdio COMMAND ARG...".
"""
import asyncio
import sys

from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client


async def judge(client):
    tools = {t.name: t for t in (await client.list_tools()).tools}
    assert set(tools) == {"ask", "search", "get_source", "list_articles"}, tools
    for t in tools.values():
        assert t.annotations.read_only_hint and t.output_schema and t.description, t

    # The client checks each result against the tool's output schema itself.
    answer = await client.call_tool("ask", {"question": "2021智博会签约多少项目"})
    assert not answer.is_error, answer
    doc = answer.structured_content
    assert "92个" in doc["answer"] and "92个" in answer.content[0].text
    cited = doc["citations"][0]
    follow = await client.call_tool(
        "ask", {"question": "那数字经济类呢？", "history": [{"question": doc["question"], "answer": doc["answer"]}]}
    )
    assert "20个" in follow.structured_content["answer"], follow

    source = (await client.call_tool("get_source", {"article_id": cited["article_id"], "paragraph": cited["paragraph"]})).structured_content
    paragraph = next(p["text"] for p in source["text"] if p["number"] == cited["paragraph"])
    assert paragraph[cited["start"] : cited["end"]] == cited["quote"]
    assert len(source["text"]) == 3, source

    hits = (await client.call_tool("search", {"question": "签约", "k": 3})).structured_content["hits"]
    assert len(hits) == 3 and hits[0]["rank"] == 1
    articles = (await client.call_tool("list_articles", {"year": 2021})).structured_content
    assert articles["total"] > 1 and all(a["published"].startswith("2021") for a in articles["articles"])

    for name, arguments in [("ask", {"question": ""}), ("get_source", {"article_id": "none"}), ("search", {"question": "x", "k": 999})]:
        failed = await client.call_tool(name, arguments)
        assert failed.is_error and failed.content[0].text, failed

    resources = (await client.list_resources()).resources
    assert len(resources) == 10, resources
    read = await client.read_resource(next(r.uri for r in resources if r.name == cited["article_id"]))
    assert cited["quote"] in read.contents[0].text
    try:
        await client.read_resource("zhiwen://article/none")
        raise AssertionError("an article that is not there was read")
    except MCPError:
        pass


async def main():
    kind, target, *rest = sys.argv[1:]
    if kind == "stdio":
        async with Client(StdioServerParameters(command=target, args=rest, env=None)) as client:
            await judge(client)
    else:
        http = create_mcp_http_client(headers={"Authorization": "Bearer " + rest[0]})
        async with http, Client(streamable_http_client(target, http_client=http)) as client:
            await judge(client)
    print("ok")


asyncio.run(main())
