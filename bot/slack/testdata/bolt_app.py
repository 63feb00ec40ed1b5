"""A small app with Slack's own framework, run against the fake Slack: it
answers mentions and direct messages, streams, handles a command, a button and
a modal. Arguments: API URL, bot token, app token."""

import sys

from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient

base, bot_token, app_token = sys.argv[1:4]
client = WebClient(token=bot_token, base_url=base)
app = App(client=client, process_before_response=False)


@app.event("app_mention")
def mention(event, say):
    say(text="bolt heard: " + event["text"].split("> ", 1)[1], thread_ts=event["ts"])


@app.event("message")
def message(event, client):
    if event.get("channel_type") != "im" or event.get("bot_id"):
        return
    stream = client.chat_startStream(
        channel=event["channel"], thread_ts=event["ts"], markdown_text="bolt ",
        recipient_user_id=event["user"], recipient_team_id=event["team"],
    )
    client.chat_appendStream(channel=event["channel"], ts=stream["ts"], markdown_text="streams ")
    client.chat_stopStream(channel=event["channel"], ts=stream["ts"], markdown_text="well")
    replies = client.conversations_replies(channel=event["channel"], ts=event["ts"])
    client.chat_update(channel=event["channel"], ts=stream["ts"], text=f"bolt sees {len(replies['messages'])} messages")


@app.command("/zhiwen")
def command(ack, respond, body):
    ack("one moment")
    respond(text="bolt responds to " + body["text"])


@app.action("zhiwen_share")
def pressed(ack, respond):
    ack()
    respond(text="bolt was pressed", response_type="in_channel")


@app.shortcut("zhiwen_ask")
def shortcut(ack, body, client):
    ack()
    client.views_open(
        trigger_id=body["trigger_id"],
        view={
            "type": "modal", "callback_id": "m", "title": {"type": "plain_text", "text": "bolt"},
            "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "modal"}}],
        },
    )


print("starting", flush=True)
SocketModeHandler(app, app_token, web_client=client).start()
