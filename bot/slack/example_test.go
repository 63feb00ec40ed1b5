package slack_test

import (
	"context"
	"fmt"

	"zhiwen/bot/slack"
	"zhiwen/bot/slack/slackfake"
)

func ExampleCheck() {
	// A workspace whose app may write but not read.
	workspace := slackfake.New(slackfake.Options{Scopes: []string{"app_mentions:read", "chat:write", "assistant:write", "commands",
		"im:history", "groups:history", "mpim:history", "channels:read", "groups:read", "users:read"}})
	defer workspace.Close()
	findings, err := slack.Check(context.Background(), slack.Config{
		BotToken: workspace.BotToken, AppToken: workspace.AppToken, APIURL: workspace.APIURL(), Admins: []string{"U1"},
	})
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range findings {
		if f.Level != slack.LevelOK {
			fmt.Println(f.Level+":", f.What)
		}
	}
	// Output: error: the scope channels:history is missing; without it the bot cannot follow threads in public channels
}
