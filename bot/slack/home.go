package slack

import (
	"context"
	"fmt"
	"time"

	slackgo "github.com/slack-go/slack"

	"zhiwen/rag"
)

// homeOpened fills the app's own pages: the home tab, or the greeting and the
// suggested prompts of the direct message.
func (b *Bot) homeOpened(ctx context.Context, ev event) {
	if v := b.refuse(ev.User, ev.Channel, true, b.self.team, b.self.team, false); v != allowed {
		return
	}
	var catalog rag.Catalog
	if b.parts.Catalog != nil {
		var err error
		if catalog, err = b.parts.Catalog(ctx); err != nil {
			b.log.WarnContext(ctx, "the collection could not be described", "error", err)
		}
	}
	if ev.Tab == "home" {
		b.publishHome(ctx, ev.User, catalog)
		return
	}
	w := wordsFor(b.cfg.Language)
	first, err := b.inbox.Once(ctx, "greeted/"+b.self.team+"/"+ev.User)
	if err == nil && first {
		_, _, err := b.poster.send(ctx, ev.Channel, slackgo.MsgOptionText(w.greeting, false), slackgo.MsgOptionDisableLinkUnfurl(), tag("", 0, 1, kindGreeting))
		if err != nil {
			b.log.WarnContext(ctx, "the greeting was not posted", "error", err)
		}
	}
	params := slackgo.AssistantThreadsSetSuggestedPromptsParameters{ChannelID: ev.Channel, Title: w.promptsTitle}
	for _, p := range b.prompts(w, catalog) {
		params.AddPrompt(p.Title, p.Message)
	}
	if len(params.Prompts) == 0 {
		return
	}
	if err := b.api.SetAssistantThreadsSuggestedPromptsContext(ctx, params); err != nil {
		b.log.DebugContext(ctx, "no suggested prompts", "error", err)
	}
}

// prompts are the configured ones, or questions about the newest articles.
func (b *Bot) prompts(w words, c rag.Catalog) []Prompt {
	if len(b.cfg.Prompts) > 0 {
		return b.cfg.Prompts
	}
	var out []Prompt
	for _, title := range c.Titles[:min(4, len(c.Titles))] {
		q := fmt.Sprintf(w.promptAbout, clip(visible(title), 60))
		out = append(out, Prompt{Title: clip(q, 70), Message: q})
	}
	return out
}

func (b *Bot) publishHome(ctx context.Context, user string, c rag.Catalog) {
	w := wordsFor(b.cfg.Language)
	blocks := []slackgo.Block{
		slackgo.NewHeaderBlock(label(w.homeTitle)),
		slackgo.NewSectionBlock(slackgo.NewTextBlockObject(slackgo.MarkdownType, w.homeHow, false, true), nil, nil),
		slackgo.NewDividerBlock(),
		slackgo.NewSectionBlock(slackgo.NewTextBlockObject(slackgo.PlainTextType, w.covers(c), false, false), nil, nil),
	}
	for _, title := range c.Titles[:min(10, len(c.Titles))] {
		blocks = append(blocks, slackgo.NewContextBlock("", plain("《"+clip(visible(title), 200)+"》")))
	}
	blocks = append(blocks, b.sourceBlocks(ctx)...)
	blocks = append(blocks, slackgo.NewContextBlock("", plain(time.Now().Format("2006-01-02 15:04"))))
	_, err := b.api.PublishViewContext(ctx, slackgo.PublishViewContextRequest{
		UserID: user,
		View:   slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: blocks}},
	})
	if err != nil {
		b.log.WarnContext(ctx, "the home tab was not published", "error", err)
	}
}
