package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"
)

// Level says how grave a finding is.
type Level string

const (
	LevelOK      Level = "ok"
	LevelWarning Level = "warning" // it works, but less well
	LevelError   Level = "error"   // it does not work
)

// Finding is one result of [Check], in words for whoever sets the bot up.
type Finding struct {
	Level Level
	// What was looked at and what was found.
	What string
	// Do says what to do about it; "" when nothing.
	Do string
}

// requiredScopes lists what the bot token must be allowed to do and what is
// missing without it.
func requiredScopes() [][2]string {
	return [][2]string{
		{"app_mentions:read", "see that it was mentioned"},
		{"chat:write", "write answers"},
		{"assistant:write", "suggest questions and show that it is working"},
		{"commands", "offer /zhiwen and the message shortcut"},
		{"im:history", "read direct messages"},
		{"channels:history", "follow threads in public channels"},
		{"groups:history", "follow threads in private channels"},
		{"mpim:history", "follow threads in group messages"},
		{"channels:read", "tell which channels it is in"},
		{"groups:read", "tell which private channels it is in"},
		{"users:read", "tell members from guests of other workspaces"},
	}
}

// Check looks at the settings and asks Slack about the tokens. It changes
// nothing and posts nothing. The error is about ctx only: whatever is wrong
// with the settings is a finding.
func Check(ctx context.Context, cfg Config) ([]Finding, error) {
	cfg = cfg.withDefaults()
	var out []Finding
	add := func(l Level, what, do string) { out = append(out, Finding{l, what, do}) }

	botToken := checkToken(cfg.BotToken, "bot token", "xoxb-", "OAuth & Permissions → Bot User OAuth Token, after “Install to Workspace”", cfg.APIURL != "", add)
	api := newClient(cfg)
	if botToken {
		checkAuth(ctx, api, cfg, add)
	}
	switch cfg.Mode {
	case ModeSocket:
		if checkToken(cfg.AppToken, "app token", "xapp-", "Basic Information → App-Level Tokens → Generate, with the scope connections:write", false, add) {
			checkConnections(ctx, api, add)
		}
	case ModeHTTP:
		if cfg.SigningSecret == "" {
			add(LevelError, "the signing secret is not set; without it no request can be trusted", "copy it from Basic Information → App Credentials → Signing Secret")
		} else {
			add(LevelOK, "the signing secret is set", "")
		}
		if strings.HasPrefix(cfg.Listen, "127.") || strings.HasPrefix(cfg.Listen, "localhost") {
			add(LevelWarning, "events are received on "+cfg.Listen+", which only this computer reaches", "put a reverse proxy with TLS in front of it and enter https://YOUR-HOST"+cfg.Path+" as request URL for events, interactivity and the command")
		}
	default:
		add(LevelError, fmt.Sprintf("the mode is %q", cfg.Mode), "set it to socket (nothing has to be reachable from outside) or http")
	}
	checkLists(cfg, add)
	return out, ctx.Err()
}

func checkToken(token, name, prefix, where string, anyKind bool, add func(Level, string, string)) bool {
	switch {
	case token == "":
		add(LevelError, "the "+name+" is not set", "copy it from "+where)
	case strings.TrimSpace(token) != token:
		add(LevelError, "the "+name+" begins or ends with white space", "remove the white space or line break around it")
	case !strings.HasPrefix(token, prefix) && !anyKind:
		add(LevelError, fmt.Sprintf("the %s begins with %q but should begin with %q: it is another kind of token", name, clip(token, 5), prefix), "copy the right one from "+where)
	default:
		add(LevelOK, "the "+name+" is set and of the right kind", "")
		return true
	}
	return false
}

func checkAuth(ctx context.Context, api *slackgo.Client, cfg Config, add func(Level, string, string)) {
	auth, err := api.AuthTestContext(ctx)
	var said slackgo.SlackErrorResponse
	switch {
	case errors.As(err, &said):
		add(LevelError, "Slack does not accept the bot token: "+said.Err, "reinstall the app to the workspace and copy the bot token again")
		return
	case err != nil:
		add(LevelError, "Slack cannot be reached: "+err.Error(), "check the network, the proxy settings (HTTPS_PROXY) and that slack.com is not blocked")
		return
	}
	add(LevelOK, fmt.Sprintf("Slack knows the bot as %s in the workspace %s (%s)", auth.User, auth.Team, auth.TeamID), "")
	if auth.BotID == "" {
		add(LevelError, "the token belongs to a person, not to a bot", "use the Bot User OAuth Token, not the User OAuth Token")
	}
	if auth.EnterpriseID != "" && len(cfg.Teams) == 0 {
		add(LevelWarning, "the workspace belongs to an Enterprise organisation; members of its other workspaces are refused as outsiders", "list the IDs of the workspaces whose members may ask")
	}
	header := auth.Header.Get("X-OAuth-Scopes")
	if header == "" {
		add(LevelWarning, "Slack did not say what the token may do", "compare the scopes under OAuth & Permissions with deploy/slack/manifest.yaml")
		return
	}
	var granted []string
	for s := range strings.SplitSeq(header, ",") {
		granted = append(granted, strings.TrimSpace(s))
	}
	missing := 0
	for _, scope := range requiredScopes() {
		if !slices.Contains(granted, scope[0]) {
			missing++
			add(LevelError, fmt.Sprintf("the scope %s is missing; without it the bot cannot %s", scope[0], scope[1]), "add it under OAuth & Permissions → Bot Token Scopes (or paste deploy/slack/manifest.yaml under App Manifest) and reinstall the app")
		}
	}
	if missing == 0 {
		add(LevelOK, "all scopes are granted", "")
	}
}

func checkConnections(ctx context.Context, api *slackgo.Client, add func(Level, string, string)) {
	_, _, err := api.StartSocketModeContext(ctx)
	var said slackgo.SlackErrorResponse
	switch {
	case err == nil:
		add(LevelOK, "Socket Mode can be opened", "")
	case errors.As(err, &said) && said.Err == "missing_scope":
		add(LevelError, "the app token lacks the scope connections:write", "generate a new app token with that scope under Basic Information → App-Level Tokens")
	case errors.As(err, &said) && said.Err == "socket_mode_not_enabled":
		add(LevelError, "Socket Mode is switched off", "switch it on under Socket Mode, or set the mode to http")
	case errors.As(err, &said):
		add(LevelError, "Slack does not accept the app token: "+said.Err, "generate a new one with the scope connections:write under Basic Information → App-Level Tokens")
	default:
		add(LevelError, "Socket Mode cannot be opened: "+err.Error(), "check the network and that WebSockets (wss) to slack.com are allowed")
	}
}

func checkLists(cfg Config, add func(Level, string, string)) {
	for _, list := range []struct {
		name, prefixes, where string
		ids                   []string
	}{
		{"channels", "CG", "a channel's ID stands at the bottom of its details", cfg.Channels},
		{"users", "UW", "a member's ID is under ⋮ in their profile", cfg.Users},
		{"admins", "UW", "a member's ID is under ⋮ in their profile", cfg.Admins},
		{"groups to ask", "S", "a user group's ID stands in its address in the browser", nonEmpty(cfg.AskGroup)},
		{"channels to ask in", "CG", "a channel's ID stands at the bottom of its details", nonEmpty(cfg.AskChannel)},
		{"teams", "TE", "a workspace's ID stands in its address in the browser", cfg.Teams},
	} {
		for _, id := range list.ids {
			if id == "" || !strings.ContainsRune(list.prefixes, rune(id[0])) || strings.ToUpper(id) != id {
				add(LevelError, fmt.Sprintf("%q in the list of %s is not an ID", id, list.name), "enter IDs, not names: "+list.where)
			}
		}
	}
	if len(cfg.Admins) == 0 {
		add(LevelWarning, "no administrators are set, so nobody can use /zhiwen status and /zhiwen reload", "list their user IDs")
	}
	if len(cfg.Channels) == 0 {
		add(LevelOK, "the bot answers in every channel it is invited to", "")
	}
	if len(cfg.Prompts) > 4 {
		add(LevelError, fmt.Sprintf("%d suggested prompts are set; Slack shows four at most", len(cfg.Prompts)), "remove some")
	}
}

// nonEmpty is a list of what is set.
func nonEmpty(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}
