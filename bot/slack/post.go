package slack

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"
	"golang.org/x/time/rate"
)

// Kinds of our own messages, as the event type of their metadata.
const (
	kindAnswer   = "zhiwen_answer"
	kindGreeting = "zhiwen_greeting"
)

// tag marks a message as the n-th part of the answer to a question, so that a
// later start recognises it.
func tag(key string, n, of int, kind string) slackgo.MsgOption {
	return slackgo.MsgOptionMetadata(slackgo.SlackMetadata{
		EventType:    kind,
		EventPayload: map[string]any{"question": key, "part": n, "parts": of},
	})
}

// options are what a message is sent with.
func (p part) options() []slackgo.MsgOption {
	opts := []slackgo.MsgOption{
		slackgo.MsgOptionText(p.Text, false),
		slackgo.MsgOptionDisableLinkUnfurl(), slackgo.MsgOptionDisableMediaUnfurl(),
	}
	if len(p.Blocks) > 0 {
		opts = append(opts, slackgo.MsgOptionBlocks(p.Blocks...))
	}
	return opts
}

// poster sends messages: about one a second in each channel, and again only
// when Slack said 429 and thereby that it did nothing.
type poster struct {
	api   *slackgo.Client
	every time.Duration
	log   *slog.Logger

	mu       sync.Mutex
	channels map[string]*pace
}

type pace struct {
	limiter *rate.Limiter
	until   time.Time // set by Retry-After
	used    time.Time
}

// maxRateWaits bounds how often one message is held back by Slack.
const maxRateWaits = 10

func newPoster(api *slackgo.Client, every time.Duration, log *slog.Logger) *poster {
	return &poster{api: api, every: every, log: log, channels: map[string]*pace{}}
}

// send posts, updates or streams, as the options say, and returns the
// message's timestamp and how often it had to be repeated.
func (p *poster) send(ctx context.Context, channel string, opts ...slackgo.MsgOption) (ts string, retries int, err error) {
	return p.paced(ctx, channel, func() (string, error) {
		_, ts, _, err := p.api.SendMessageContext(ctx, channel, opts...)
		return ts, err
	})
}

// whisper is send for what one user sees; it has a pace of its own, so that
// notes do not hold answers up.
func (p *poster) whisper(ctx context.Context, channel string, opts ...slackgo.MsgOption) (ts string, retries int, err error) {
	return p.paced(ctx, "whisper/"+channel, func() (string, error) {
		_, ts, _, err := p.api.SendMessageContext(ctx, channel, opts...)
		return ts, err
	})
}

// paced makes a call when the channel's turn has come.
func (p *poster) paced(ctx context.Context, channel string, call func() (string, error)) (ts string, retries int, err error) {
	for {
		if err := p.wait(ctx, channel); err != nil {
			return "", retries, err
		}
		ts, err = call()
		var limited *slackgo.RateLimitedError
		if !errors.As(err, &limited) || retries >= maxRateWaits {
			return ts, retries, err
		}
		retries++
		p.hold(channel, max(limited.RetryAfter, time.Second))
		p.log.InfoContext(ctx, "Slack asks for a pause", "channel", channel, "pause", limited.RetryAfter)
	}
}

func (p *poster) wait(ctx context.Context, channel string) error {
	for {
		p.mu.Lock()
		c := p.channel(channel)
		held := time.Until(c.until)
		p.mu.Unlock()
		if held <= 0 {
			return c.limiter.Wait(ctx)
		}
		if !sleep(ctx, held) {
			return context.Cause(ctx)
		}
	}
}

func (p *poster) hold(channel string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.channel(channel).until = time.Now().Add(d)
}

func (p *poster) channel(name string) *pace {
	now := time.Now()
	c := p.channels[name]
	if c == nil {
		if len(p.channels) >= 10_000 {
			for k, old := range p.channels {
				if now.Sub(old.used) > time.Hour {
					delete(p.channels, k)
				}
			}
		}
		// Slack tolerates short bursts.
		c = &pace{limiter: rate.NewLimiter(rate.Every(p.every), 3)}
		p.channels[name] = c
	}
	c.used = now
	return c
}

// certain says that an error means that Slack has not done what it was asked:
// it said so. After anything else (a broken connection, a 5xx) the message may
// be there or not.
func certain(err error) bool {
	var said slackgo.SlackErrorResponse
	if errors.As(err, &said) {
		return !transient(said.Err)
	}
	var limited *slackgo.RateLimitedError
	if errors.As(err, &limited) {
		return true
	}
	var code slackgo.StatusCodeError
	return errors.As(err, &code) && code.Code < http.StatusInternalServerError
}

// denial returns what Slack says when it does not take the bot's token, ""
// when that is not what an error is about.
func denial(err error) string {
	var said slackgo.SlackErrorResponse
	if errors.As(err, &said) && slices.Contains([]string{"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission", "missing_scope"}, said.Err) {
		return said.Err
	}
	return ""
}

// metadataRefused tells whether Slack refused the tag of a message.
func metadataRefused(err error) bool {
	var said slackgo.SlackErrorResponse
	return errors.As(err, &said) && strings.Contains(said.Err, "metadata")
}

// transient lists what Slack says when it is not well itself.
func transient(said string) bool {
	return slices.Contains([]string{"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "rate_limited", "team_added_to_org", "accesslimited"}, said)
}

// posted is what is in a thread already of the answer to a question.
type posted struct {
	parts map[int]string // timestamps by part number
	// strays are messages of ours without a tag: streams that were never ended.
	strays []string
}

// find reads the thread after the question for what has been posted.
func (b *Bot) find(ctx context.Context, j job, key string) (posted, error) {
	out := posted{parts: map[int]string{}}
	params := &slackgo.GetConversationRepliesParameters{
		ChannelID: j.Channel, Timestamp: j.Root, Oldest: j.TS, Limit: 200, IncludeAllMetadata: true,
	}
	read := func() (more bool, msgs []slackgo.Message, err error) {
		var cursor string
		msgs, more, cursor, err = b.api.GetConversationRepliesContext(ctx, params)
		params.Cursor = cursor
		return more, msgs, err
	}
	if j.Root == "" { // not in a thread
		read = func() (bool, []slackgo.Message, error) {
			page, err := b.api.GetConversationHistoryContext(ctx, &slackgo.GetConversationHistoryParameters{
				ChannelID: j.Channel, Oldest: j.TS, Limit: 200, Cursor: params.Cursor, IncludeAllMetadata: true,
			})
			if err != nil {
				return false, nil, err
			}
			params.Cursor = page.ResponseMetaData.NextCursor
			return page.HasMore, page.Messages, nil
		}
	}
	for {
		var more bool
		var msgs []slackgo.Message
		_, _, err := b.poster.paced(ctx, "replies", func() (string, error) {
			var err error
			more, msgs, err = read()
			return "", err
		})
		if err != nil {
			return out, err
		}
		for _, m := range msgs {
			if m.User != b.self.user && (m.BotID == "" || m.BotID != b.self.bot) {
				continue
			}
			switch m.Metadata.EventType {
			case kindAnswer:
				if q, _ := m.Metadata.EventPayload["question"].(string); q == key {
					n, _ := m.Metadata.EventPayload["part"].(float64)
					out.parts[int(n)] = m.Timestamp
				}
			case "":
				if when(m.Timestamp).After(when(j.TS)) {
					out.strays = append(out.strays, m.Timestamp)
				}
			}
		}
		if !more || params.Cursor == "" {
			return out, nil
		}
	}
}

// errUndelivered says that Slack did not take a message for too long.
var errUndelivered = errors.New("answer not taken by Slack")

// postParts posts the parts of an answer that are not there yet, in order.
// When it is not certain whether a part arrived it looks before it repeats.
func (b *Bot) postParts(ctx context.Context, j job, key string, parts []part, have posted) (first string, retries int, err error) {
	if have.parts == nil {
		have.parts = map[int]string{}
	}
	marked := true
	for n, p := range parts {
		pause := b.cfg.RetryPause
		for try := 0; have.parts[n] == ""; try++ {
			opts := p.options()
			if j.Root != "" {
				opts = append(opts, slackgo.MsgOptionTS(j.Root))
			}
			if marked {
				opts = append(opts, tag(key, n, len(parts), kindAnswer))
			}
			ts, r, err := b.poster.send(ctx, j.Channel, opts...)
			retries += r
			if err == nil {
				have.parts[n] = ts
				break
			}
			if ctx.Err() != nil {
				return have.parts[0], retries, context.Cause(ctx)
			}
			var said slackgo.SlackErrorResponse
			if errors.As(err, &said) && blocksRefused(said.Err) && len(p.Blocks) > 0 {
				b.log.ErrorContext(ctx, "Slack refused the layout; posting plain text", "error", err, "question", key)
				p.Blocks, p.Text = nil, p.Plain
				continue
			}
			if marked && metadataRefused(err) {
				b.log.ErrorContext(ctx, "Slack refused the tag that tells an answer posted before; posting without", "error", err, "question", key)
				marked = false
				continue
			}
			if certain(err) {
				return have.parts[0], retries, err
			}
			if try >= 5 {
				return have.parts[0], retries, errors.Join(errUndelivered, err)
			}
			b.log.WarnContext(ctx, "not certain whether a post arrived; looking", "error", err, "question", key)
			for {
				retries++
				if !sleep(ctx, pause) {
					return have.parts[0], retries, context.Cause(ctx)
				}
				pause = min(2*pause, 30*time.Second)
				now, ferr := b.find(ctx, j, key)
				if ferr == nil {
					for k, ts := range now.parts {
						have.parts[k] = ts
					}
					break
				}
				if certain(ferr) {
					// It cannot be looked up (a missing scope): rather an answer
					// twice than none, and the log says so.
					b.log.ErrorContext(ctx, "the thread cannot be read; posting again, so that the answer may stand there twice", "error", ferr, "question", key)
					break
				}
				if try++; try >= 6 {
					return have.parts[0], retries, errors.Join(errUndelivered, err, ferr)
				}
			}
		}
	}
	return have.parts[0], retries, nil
}

func blocksRefused(said string) bool {
	return slices.Contains([]string{"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}, said)
}

// whisperParts delivers an answer that only the user is to see: through the
// response URL while it lives (30 minutes, five uses), else as an ephemeral
// message, else in the direct message. Whether one of these arrived cannot be
// looked up; so a process killed in the middle of it says it again.
func (b *Bot) whisperParts(ctx context.Context, j job, key string, received time.Time, parts []part) (ts string, retries int, err error) {
	for n, p := range parts {
		var r int
		err = errors.New("no response URL")
		if j.ResponseURL != "" && n < 4 && time.Since(received) < 29*time.Minute {
			_, r, err = b.poster.whisper(ctx, j.Channel, append(p.options(), slackgo.MsgOptionResponseURL(j.ResponseURL, slackgo.ResponseTypeEphemeral))...)
			retries += r
		}
		if err != nil {
			ts, r, err = b.poster.whisper(ctx, j.Channel, append(p.options(), slackgo.MsgOptionPostEphemeral(j.User))...)
			retries += r
		}
		if err != nil {
			ts, r, err = b.poster.send(ctx, j.User, append(p.options(), tag(key, n, len(parts), kindAnswer))...)
			retries += r
		}
		if err != nil {
			return ts, retries, err
		}
	}
	return ts, retries, nil
}
