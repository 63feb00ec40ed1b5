package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"zhiwen/bot"
	"zhiwen/rag"
)

// maxStreamed is how many runes of text are streamed into one message.
const maxStreamed = 9_000

// stream writes an answer into a direct message while it is being made. The
// message appears with the first sentence; text is appended in pieces, by one
// goroutine, so that the answerer never waits for Slack.
type stream struct {
	b   *Bot
	ctx context.Context // of the books: not cancelled with the work
	key string
	j   job

	kick, quit, done chan struct{}

	mu   sync.Mutex
	said string // what the answerer handed over
	sent string // how much of it is on the screen
	ts   string // the message, "" before it is there
	// cites are the citations of what was said.
	cites []rag.Citation

	began   time.Time
	wait    time.Time // no call before, after a 429
	dead    bool      // no more text can be appended
	unsure  bool      // what is on the screen is not known
	retries int
}

func (b *Bot) newStream(ctx context.Context, key string, j job) *stream {
	s := &stream{b: b, ctx: ctx, key: key, j: j, kick: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	go s.run()
	return s
}

// sentence takes over the next sentence.
func (s *stream) sentence(next rag.Sentence) error {
	s.mu.Lock()
	s.said = joinSentences(s.said, next.Lead+next.Text)
	s.cites = append(s.cites, next.Citations...)
	enough := s.ts == "" || utf8.RuneCountInString(s.said[len(s.sent):]) >= s.b.cfg.StreamRunes
	s.mu.Unlock()
	if enough {
		select {
		case s.kick <- struct{}{}:
		default:
		}
	}
	return nil
}

func joinSentences(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(a, "0123456789[]"))
	first, _ := utf8.DecodeRuneInString(b)
	if last == '\n' || unicode.IsSpace(first) || last > 0x2E7F {
		return a + b
	}
	return a + " " + b
}

func (s *stream) run() {
	defer close(s.done)
	tick := time.NewTicker(s.b.cfg.StreamInterval)
	defer tick.Stop()
	for {
		select {
		case <-s.quit:
			return
		case <-s.kick:
		case <-tick.C:
		}
		s.flush()
	}
}

// flush sends what has been said and not sent.
func (s *stream) flush() {
	s.mu.Lock()
	text := s.said[len(s.sent):]
	total := utf8.RuneCountInString(s.said)
	s.mu.Unlock()
	if text == "" || s.dead || time.Now().Before(s.wait) {
		return
	}
	if total > maxStreamed || s.ts != "" && time.Since(s.began) > s.b.cfg.StreamLife {
		s.dead = true
		return
	}
	var err error
	var ts string
	if s.ts == "" {
		_, ts, err = s.b.api.StartStreamContext(s.ctx, s.j.Channel, slackgo.MsgOptionTS(s.j.Root),
			slackgo.MsgOptionMarkdownText(markdown(text)),
			slackgo.MsgOptionRecipientTeamID(s.j.Team), slackgo.MsgOptionRecipientUserID(s.j.User))
	} else {
		_, _, err = s.b.api.AppendStreamContext(s.ctx, s.j.Channel, s.ts, slackgo.MsgOptionMarkdownText(markdown(text)))
	}
	var limited *slackgo.RateLimitedError
	switch {
	case err == nil:
		s.mu.Lock()
		s.sent += text
		if s.ts == "" {
			s.ts, s.began = ts, time.Now()
		}
		s.mu.Unlock()
		if ts != "" {
			if err := s.b.inbox.Streaming(s.ctx, s.key, ts); err != nil {
				s.b.log.WarnContext(s.ctx, "the stream was not noted", "error", err)
			}
		}
	case errors.As(err, &limited):
		s.retries++
		s.wait = time.Now().Add(max(limited.RetryAfter, time.Second))
	default:
		s.b.log.InfoContext(s.ctx, "streaming ended early; the rest is posted", "question", s.key, "error", err)
		s.dead, s.unsure = true, !certain(err)
	}
}

// halt ends the goroutine.
func (s *stream) halt() {
	close(s.quit)
	<-s.done
}

// finish brings the message to its final form, with the sources and buttons,
// and posts what has no room in it.
func (s *stream) finish(ctx context.Context, reply bot.Reply) (ts string, retries int, err error) {
	s.halt()
	b := s.b
	whole := render(reply, b.renderOptions(s.j))
	if s.ts == "" {
		have := posted{}
		if s.unsure {
			// A stream may have begun without our knowing.
			if have, err = b.tidy(ctx, bot.Entry{Key: s.key, Reply: []byte{}}, s.j); err != nil {
				return "", s.retries, err
			}
		}
		ts, retries, err = b.postParts(ctx, s.j, s.key, whole, have)
		return ts, retries + s.retries, err
	}
	rest, fits := remainder(answerText(reply), s.sent)
	fits = fits && !s.unsure
	if fits && !s.dead && time.Since(s.began) < s.b.cfg.StreamLife {
		if ok, r, err := s.stop(ctx, reply, rest); ok || err != nil {
			return s.ts, r + s.retries, err
		}
	}
	// Let it not look as if more were coming; it may be dead already.
	_, _, _ = b.poster.send(ctx, s.j.Channel, slackgo.MsgOptionStopStream(s.ts))
	if fits {
		blocks := append(bodyBlocks(rest), below(reply, b.renderOptions(s.j))...)
		text := clip(inert(rest), maxFallback)
		if strings.TrimSpace(rest) == "" {
			text = wordsFor(reply.Language).sources
		}
		if len(blocks) == 0 {
			return s.ts, s.retries, nil
		}
		ts, retries, err = b.postParts(ctx, s.j, s.key, pack(blocks, reply.Language, text), posted{})
		return ts, retries + s.retries, err
	}
	// What is on the screen is not how the answer begins: replace it.
	opts := append(whole[0].options(), slackgo.MsgOptionUpdate(s.ts), tag(s.key, 0, len(whole), kindAnswer))
	_, r, err := b.poster.send(ctx, s.j.Channel, opts...)
	s.retries += r
	have := posted{parts: map[int]string{}}
	if err == nil {
		have.parts[0] = s.ts
	} else {
		b.log.WarnContext(ctx, "a streamed message could not be replaced; posting the answer below it", "error", err)
	}
	ts, retries, err = b.postParts(ctx, s.j, s.key, whole, have)
	return ts, retries + s.retries, err
}

// stop ends the stream with the rest of the text, the sources and the buttons.
// It reports false when the stream turned out to be dead.
func (s *stream) stop(ctx context.Context, reply bot.Reply, rest string) (ok bool, retries int, err error) {
	b := s.b
	parts := pack(below(reply, b.renderOptions(s.j)), reply.Language, wordsFor(reply.Language).sources)
	room := utf8.RuneCountInString(s.sent)*2 + utf8.RuneCountInString(rest)*2
	for _, block := range parts[0].Blocks {
		room += blockRunes(block)
	}
	if room > maxBlockRunes {
		// Too much for one message: the text stays, the sources follow in others.
		parts = append([]part{{}}, parts...)
	}
	opts := []slackgo.MsgOption{slackgo.MsgOptionStopStream(s.ts), tag(s.key, 0, len(parts), kindAnswer)}
	if strings.TrimSpace(rest) != "" {
		opts = append(opts, slackgo.MsgOptionMarkdownText(markdown(rest)))
	}
	if len(parts[0].Blocks) > 0 {
		opts = append(opts, slackgo.MsgOptionBlocks(parts[0].Blocks...))
	}
	have := posted{parts: map[int]string{}}
	_, retries, err = b.poster.send(ctx, s.j.Channel, opts...)
	if metadataRefused(err) {
		b.log.ErrorContext(ctx, "Slack refused the tag that tells an answer posted before; ending the stream without", "error", err, "question", s.key)
		opts = slices.Delete(opts, 1, 2)
		_, retries, err = b.poster.send(ctx, s.j.Channel, opts...)
	}
	if err != nil && !certain(err) {
		var ferr error
		if have, ferr = b.find(ctx, s.j, s.key); ferr != nil || have.parts[0] == "" {
			s.unsure = true // replaced as a whole by the caller on a later look
			have = posted{parts: map[int]string{}}
			_, r, uerr := b.poster.send(ctx, s.j.Channel, opts...)
			retries += r + 1
			err = uerr
		} else {
			err = nil
		}
	}
	if err != nil {
		b.log.InfoContext(ctx, "the stream had ended already; the rest is posted", "question", s.key, "error", err)
		return false, retries, nil
	}
	have.parts[0] = s.ts
	_, r, err := b.postParts(ctx, s.j, s.key, parts, have)
	return true, retries + r, err
}

// abandon ends a stream whose question was stopped, with the sources of what is
// on the screen, and returns the message; or removes it when the question was
// deleted, edited, or will be answered anew by the next start.
func (s *stream) abandon(cause error, w words) (ts string) {
	s.halt()
	if s.ts == "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(s.ctx, 15*time.Second)
	defer cancel()
	if !errors.Is(cause, bot.ErrStopped) {
		s.b.discard(ctx, s.j.Channel, s.ts)
		if err := s.b.inbox.Streaming(s.ctx, s.key, ""); err != nil {
			s.b.log.WarnContext(ctx, "a removed stream was not noted", "error", err)
		}
		return ""
	}
	// Slack may have ended it itself when the button was pressed.
	_, _, _ = s.b.poster.send(ctx, s.j.Channel, slackgo.MsgOptionStopStream(s.ts))
	text := strings.TrimRight(s.sent, "\n") + "\n" + w.stopped
	var cites []rag.Citation
	for _, c := range s.cites {
		if strings.Contains(text, fmt.Sprintf("[%d]", c.Marker)) {
			cites = append(cites, c)
		}
	}
	blocks := append(bodyBlocks(text), sources(w, cites, text, s.b.cfg.Links)...)
	part := pack(blocks, "", clip(inert(text), maxFallback))[0]
	if _, _, err := s.b.poster.send(ctx, s.j.Channel, append(part.options(), slackgo.MsgOptionUpdate(s.ts), tag(s.key, 0, 1, kindAnswer))...); err != nil {
		s.b.log.WarnContext(ctx, "a stopped stream could not be given its sources; saying so below", "question", s.key, "error", err)
		return ""
	}
	return s.ts
}

// remainder returns what is left of text after sent, not counting white space,
// and whether text begins with sent at all.
func remainder(text, sent string) (string, bool) {
	t := []rune(text)
	i := 0
	for _, r := range sent {
		if unicode.IsSpace(r) {
			continue
		}
		for i < len(t) && unicode.IsSpace(t[i]) {
			i++
		}
		if i == len(t) || t[i] != r {
			return text, false
		}
		i++
	}
	return string(t[i:]), true
}
