package slack

import (
	"context"
	"slices"

	"zhiwen/bot"
)

// verdict says whether somebody is answered somewhere.
type verdict int

const (
	allowed verdict = iota
	// outsider is somebody from another workspace, or from we do not know
	// which. They get no answer at all, not even a refusal.
	outsider
	wrongChannel
	wrongUser
)

// refuse decides by who asks and where. The team of the sender must be known
// to be ours; only where the channel is shared with nobody does the team of
// the event itself count for it.
func (b *Bot) refuse(user, channel string, dm bool, senderTeam, eventTeam string, external bool) verdict {
	if senderTeam == "" && !external {
		senderTeam = eventTeam
	}
	if !b.ourTeam(senderTeam) {
		return outsider
	}
	if len(b.cfg.Users) > 0 && !slices.Contains(b.cfg.Users, user) && !b.admin(user) {
		return wrongUser
	}
	if !dm && (len(b.cfg.Channels) > 0 && !slices.Contains(b.cfg.Channels, channel) || b.policy(channel) == PolicyOff) {
		return wrongChannel
	}
	return allowed
}

func (b *Bot) ourTeam(team string) bool {
	return team != "" && (team == b.self.team || slices.Contains(b.cfg.Teams, team))
}

func (b *Bot) admin(user string) bool { return slices.Contains(b.cfg.Admins, user) }

// refused tells an insider why there is no answer.
func (b *Bot) refused(ctx context.Context, j job, v verdict, text string) {
	b.log.InfoContext(ctx, "question refused by the access rules", "channel", j.Channel, "user", j.User, "verdict", v.String())
	if said := v.say(wordsFor(bot.LanguageOf(text, b.cfg.Language))); said != "" {
		b.tell(j, said)
	}
}

func (v verdict) say(w words) string {
	switch v {
	case wrongChannel:
		return w.notAllowedHere
	case wrongUser:
		return w.notAllowedUser
	}
	return ""
}

func (v verdict) String() string {
	return [...]string{"allowed", "outsider", "channel not enabled", "user not enabled"}[v]
}
