package slack

import (
	"fmt"
	"slices"
	"strings"

	"zhiwen/bot"
)

// Policy says what is answered in a channel.
type Policy string

const (
	// PolicyQuestions answers mentions and, in threads that the bot takes part
	// in, what looks like a question. Where nobody addressed the bot it keeps
	// quiet rather than refuse.
	PolicyQuestions Policy = "questions"
	// PolicyAll answers mentions and every message in such threads.
	PolicyAll Policy = "all"
	// PolicyMention answers mentions only.
	PolicyMention Policy = "mention"
	// PolicyEphemeral answers mentions, for the asker's eyes alone.
	PolicyEphemeral Policy = "ephemeral"
	// PolicyOff answers nothing.
	PolicyOff Policy = "off"
)

var policies = []Policy{PolicyQuestions, PolicyAll, PolicyMention, PolicyEphemeral, PolicyOff}

// ParsePolicies reads "C0123=off" for each channel that has a policy of its own.
func ParsePolicies(list []string) (map[string]Policy, error) {
	out := map[string]Policy{}
	for _, entry := range list {
		channel, policy, found := strings.Cut(entry, "=")
		channel, policy = strings.TrimSpace(channel), strings.TrimSpace(policy)
		if !found || channel == "" {
			return nil, fmt.Errorf("%q must be a channel's ID and its policy, such as C0123=mention", entry)
		}
		if err := checkPolicy(Policy(policy)); err != nil {
			return nil, fmt.Errorf("channel %s: %w", channel, err)
		}
		out[channel] = Policy(policy)
	}
	return out, nil
}

func checkPolicy(p Policy) error {
	if slices.Contains(policies, p) {
		return nil
	}
	names := make([]string, len(policies))
	for i, known := range policies {
		names[i] = string(known)
	}
	return fmt.Errorf("there is no policy %q; it must be one of %s", p, strings.Join(names, ", "))
}

// policy returns what holds in a channel. Direct messages have none.
func (b *Bot) policy(channel string) Policy {
	if p, ok := b.cfg.Policies[channel]; ok {
		return p
	}
	return b.cfg.Policy
}

// followsUp tells whether a message in a thread that the bot takes part in is
// answered although nobody addressed the bot.
func (b *Bot) followsUp(channel, text string) bool {
	switch b.policy(channel) {
	case PolicyAll:
		return true
	case PolicyQuestions:
		return bot.Asks(text)
	}
	return false
}
