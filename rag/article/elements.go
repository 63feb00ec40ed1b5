package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// neverText tells whether an element holds nothing that is read as text.
func neverText(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Svg, atom.Canvas, atom.Select,
		atom.Input, atom.Video, atom.Audio, atom.Object, atom.Img, atom.Head, atom.Datalist, atom.Noembed, atom.Noframes:
		return true
	}
	return false
}

// isControl tells whether an element is there to be used.
func isControl(a atom.Atom) bool {
	return a == atom.Nav || a == atom.Button || a == atom.Textarea
}

// standsApart tells whether an element that HTML does not know is set apart from
// the text around it: its tags stand at the ends of lines.
func standsApart(n *html.Node) bool {
	if n.Type != html.ElementNode || n.DataAtom != 0 {
		return false
	}
	first, before := n.FirstChild, n.PrevSibling
	return first == nil || first.Type == html.TextNode && strings.HasPrefix(strings.TrimLeft(first.Data, " \t"), "\n") || first.Type == html.ElementNode ||
		before == nil && n.Parent != nil && n.Parent.DataAtom == atom.Body
}

func isBlockTag(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Article, atom.Section, atom.Main, atom.Header, atom.Footer, atom.Aside, atom.Nav,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd,
		atom.Table, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Caption, atom.Blockquote, atom.Pre, atom.Hr,
		atom.Figure, atom.Figcaption, atom.Address, atom.Form, atom.Fieldset, atom.Center, atom.Body, atom.Details, atom.Summary, atom.Dialog, atom.Hgroup, atom.Option:
		return true
	}
	return false
}
