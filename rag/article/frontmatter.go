package article

import (
	"fmt"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
	"gopkg.in/yaml.v3"
)

// maxFrontMatter bounds what is searched for the closing mark, in bytes.
const maxFrontMatter = 64 << 10

// cutFrontMatter splits a document that begins with a block of settings between
// two lines of three hyphens (YAML) or plus signs (TOML).
func cutFrontMatter(text string) (front meta, body string, found bool) {
	text = strings.TrimLeft(text, " \t\n\ufeff")
	mark := "---"
	if strings.HasPrefix(text, "+++") {
		mark = "+++"
	}
	rest, ok := strings.CutPrefix(text, mark)
	if !ok {
		return meta{}, "", false
	}
	head, rest, ok := strings.Cut(rest, "\n")
	if !ok || strings.TrimSpace(head) != "" {
		return meta{}, "", false
	}
	end, next := -1, 0
	for at := 0; at < len(rest) && at < maxFrontMatter; at = next {
		line := rest[at:]
		next = len(rest)
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line, next = line[:i], at+i+1
		}
		if line = strings.TrimRight(line, " \t"); line == mark || line == "..." && mark == "---" {
			end = at
			break
		}
	}
	if end < 0 {
		return meta{}, "", false
	}
	fields := frontFields(rest[:end])
	if mark == "+++" {
		fields = tomlFields(rest[:end])
	}
	if len(fields) == 0 {
		return meta{}, "", false
	}
	return metaFromFields(fields), rest[next:], true
}

// tomlFields reads the settings at the top level of TOML.
func tomlFields(block string) map[string]string {
	fields := map[string]string{}
	values := map[string]any{}
	if err := toml.Unmarshal([]byte(block), &values); err != nil {
		return fields
	}
	for key, value := range values {
		switch v := value.(type) {
		case string:
			fields[strings.ToLower(key)] = strings.TrimSpace(v)
		case time.Time:
			fields[strings.ToLower(key)] = v.Format(time.RFC3339)
		case []any:
			var parts []string
			for _, p := range v {
				if s, ok := p.(string); ok && s != "" {
					parts = append(parts, s)
				}
			}
			fields[strings.ToLower(key)] = strings.Join(parts, "、")
		case fmt.Stringer: // dates without a zone, times of the day
			fields[strings.ToLower(key)] = v.String()
		case int64, float64:
			fields[strings.ToLower(key)] = fmt.Sprint(v)
		}
		if fields[strings.ToLower(key)] == "" {
			delete(fields, strings.ToLower(key))
		}
	}
	return fields
}

// frontFields reads the settings at the top level. What is not valid YAML (an
// unquoted title with a colon, say) is read line by line.
func frontFields(block string) map[string]string {
	fields := map[string]string{}
	// A node keeps each scalar as written: a decoded time stamp would not tell
	// whether it came with a zone.
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(block), &doc); err == nil {
		if len(doc.Content) == 1 && doc.Content[0].Kind == yaml.MappingNode {
			pairs := doc.Content[0].Content
			for i := 0; i+1 < len(pairs); i += 2 {
				if value := scalarText(pairs[i+1]); value != "" {
					fields[strings.ToLower(pairs[i].Value)] = value
				}
			}
		}
		return fields
	}
	for line := range strings.Lines(block) {
		key, value, ok := strings.Cut(line, ":")
		if !ok || key == "" || key != strings.TrimSpace(key) || strings.ContainsAny(key, " -#") {
			continue
		}
		if value = unquote(strings.TrimSpace(value)); value != "" {
			fields[strings.ToLower(key)] = value
		}
	}
	return fields
}

// unquote takes off the quotation marks around a value, or the brackets around
// a list.
func unquote(s string) string {
	for _, pair := range []string{`""`, `''`, "[]"} {
		if len(s) >= 2 && s[0] == pair[0] && s[len(s)-1] == pair[1] {
			return strings.TrimSpace(s[1 : len(s)-1])
		}
	}
	return s
}

// scalarText returns a scalar, or the first scalars of a list joined.
func scalarText(n *yaml.Node) string {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return ""
		}
		return strings.TrimSpace(n.Value)
	case yaml.SequenceNode:
		var parts []string
		for _, c := range n.Content {
			if c.Kind == yaml.ScalarNode && c.Value != "" {
				parts = append(parts, c.Value)
			}
		}
		return strings.Join(parts, "、")
	}
	return ""
}

// metaFromFields picks what describes an article, under the names in use.
func metaFromFields(fields map[string]string) meta {
	first := func(names ...string) string {
		for _, n := range names {
			if fields[n] != "" {
				return fields[n]
			}
		}
		return ""
	}
	m := meta{
		id:     first("id"),
		title:  first("title", "标题"),
		author: first("author", "authors", "byline", "作者"),
		source: first("source", "publisher", "来源"),
	}
	if u := first("url", "link", "permalink", "canonical", "original", "source_url"); isWebAddress(u) {
		m.url = u
	} else if isWebAddress(m.source) {
		m.url = m.source
	}
	if isWebAddress(m.source) {
		m.source = ""
	}
	for _, name := range []string{"published", "publish_time", "publishdate", "pubdate", "date", "datetime", "created", "日期", "发布时间"} {
		if day, ok := parseDay(fields[name]); ok {
			m.published = day
			break
		}
		if fields[name] != "" && m.undated == "" {
			m.undated = name + ": " + fields[name]
		}
	}
	return m
}

func isWebAddress(s string) bool {
	return (strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")) && !strings.ContainsAny(s, " \t\n\"<>")
}
