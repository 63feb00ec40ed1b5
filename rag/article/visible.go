package article

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// visibility tells what a reader of a page sees. It knows the page's own style
// sheets as far as they name elements, classes and IDs; it lays nothing out.
type visibility struct {
	// rules are declarations that hide, by simple selector: "p", ".note", "#ad",
	// "p.note". A selector of several steps counts by its last one only if
	// nothing else can match it.
	rules map[string]declarations
	known map[*html.Node]sight
}

// sight is what is known of an element by itself.
type sight struct {
	gone bool // with all that is in it
	// dim: its letters are not seen, unless an element in it shows its own
	// again; bright: it shows them again.
	dim, bright bool
}

// declarations are the properties of a style, in lower case without blanks.
type declarations map[string]string

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssRule    = regexp.MustCompile(`([^{}]+)\{([^{}]*)\}`)
	cssSimple  = regexp.MustCompile(`^(?:[a-z][a-z0-9]*)?(?:[.#][\w-]+)?$`)
	cssNumber  = regexp.MustCompile(`^([+-]?(?:\d+\.?\d*|\.\d+))(px|pt|em|rem|ex|ch|vw|vh|vmin|vmax|cm|mm|in|pc|%|)$`)
	cssRGB     = regexp.MustCompile(`^rgba?\(([\d.]+%?)[, ]+([\d.]+%?)[, ]+([\d.]+%?)(?:[,/ ]+([\d.]+%?))?\)$`)
	cssScale   = regexp.MustCompile(`scale[xy3d]*\(([^)]*)\)`)
	cssMove    = regexp.MustCompile(`translate[xy3d]*\(([^)]*)\)`)
	cssClip    = regexp.MustCompile(`^(?:rect|inset|circle|polygon)\(.*\)$`)
)

// newVisibility reads the style sheets of a page.
func newVisibility(root *html.Node) *visibility {
	v := &visibility{rules: map[string]declarations{}, known: map[*html.Node]sight{}}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.DataAtom == atom.Style && n.FirstChild != nil {
			v.sheet(n.FirstChild.Data)
		}
	}
	return v
}

// sheet takes the rules of simple selectors from a style sheet. Rules inside
// @media and the like count only for the screen.
func (v *visibility) sheet(css string) {
	css = strings.ToLower(cssComment.ReplaceAllString(css, " "))
	for _, m := range cssRule.FindAllStringSubmatch(dropPrint(css), 100_000) {
		d := parseDeclarations(m[2])
		if len(d) == 0 {
			continue
		}
		for selector := range strings.SplitSeq(m[1], ",") {
			selector = strings.TrimSpace(selector)
			if at := strings.LastIndexAny(selector, "{};"); at >= 0 {
				selector = strings.TrimSpace(selector[at+1:])
			}
			if selector == "" || !cssSimple.MatchString(selector) {
				continue
			}
			if v.rules[selector] == nil {
				v.rules[selector] = declarations{}
			}
			for key, value := range d {
				v.rules[selector][key] = value
			}
		}
	}
}

// dropPrint takes out what holds on paper only.
func dropPrint(css string) string {
	for {
		at := strings.Index(css, "@media print")
		if at < 0 {
			return css
		}
		depth, end := 0, len(css)
		for i := at; i < len(css); i++ {
			if css[i] == '{' {
				depth++
			} else if css[i] == '}' {
				if depth--; depth <= 0 {
					end = i + 1
					break
				}
			}
		}
		css = css[:at] + css[end:]
	}
}

// parseDeclarations reads "display : none !important; …".
func parseDeclarations(style string) declarations {
	d := declarations{}
	for part := range strings.SplitSeq(strings.ToLower(cssComment.ReplaceAllString(style, "")), ";") {
		key, value, ok := strings.Cut(part, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		if head, found := strings.CutSuffix(value, "!important"); found {
			value = head
		}
		d[strings.Join(strings.Fields(unescapeCSS(key)), "")] = strings.Join(strings.Fields(unescapeCSS(value)), " ")
	}
	return d
}

var cssEscape = regexp.MustCompile(`\\([0-9a-f]{1,6})\s?|\\(.)`)

// unescapeCSS reads d\69splay as display.
func unescapeCSS(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return cssEscape.ReplaceAllStringFunc(s, func(m string) string {
		at := cssEscape.FindStringSubmatch(m)
		if at[1] != "" {
			if n, err := strconv.ParseUint(at[1], 16, 32); err == nil {
				return string(rune(n))
			}
		}
		return at[2]
	})
}

// styleOf is what the sheets and the element itself declare; the element wins.
func (v *visibility) styleOf(n *html.Node) declarations {
	d := declarations{}
	take := func(from declarations) {
		for key, value := range from {
			d[key] = value
		}
	}
	if len(v.rules) > 0 {
		take(v.rules[n.Data])
		for _, name := range strings.Fields(strings.ToLower(attr(n, "class"))) {
			take(v.rules["."+name])
			take(v.rules[n.Data+"."+name])
		}
		if id := strings.ToLower(strings.TrimSpace(attr(n, "id"))); id != "" {
			take(v.rules["#"+id])
			take(v.rules[n.Data+"#"+id])
		}
	}
	if style := attr(n, "style"); style != "" {
		take(parseDeclarations(style))
	}
	return d
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// sees tells whether an element is gone with all that is in it, and whether its
// own letters are dim, given whether those around it are.
func (v *visibility) sees(n *html.Node, dim bool) (gone, dimmed bool) {
	s, ok := v.known[n]
	if !ok {
		s = v.look(n)
		v.known[n] = s
	}
	return s.gone, s.dim || dim && !s.bright
}

// scriptShows is the text of a page of WeChat, which is hidden until a script has
// run. Everybody who reads the page sees it.
const scriptShows = "js_content"

func (v *visibility) look(n *html.Node) sight {
	if hasAttr(n, "hidden") && attr(n, "hidden") != "until-found" || strings.EqualFold(strings.TrimSpace(attr(n, "aria-hidden")), "true") ||
		n.DataAtom == atom.Input && strings.EqualFold(attr(n, "type"), "hidden") ||
		n.DataAtom == atom.Dialog && !hasAttr(n, "open") ||
		n.DataAtom == atom.Del || n.DataAtom == atom.S || n.DataAtom == atom.Strike { // struck out: it holds no more
		return sight{gone: true}
	}
	if n.DataAtom == atom.Font && attr(n, "color") != "" {
		white := isWhite(strings.ToLower(attr(n, "color")))
		return sight{dim: white && !v.onColour(n), bright: !white}
	}
	d := v.styleOf(n)
	if len(d) == 0 || attr(n, "id") == scriptShows {
		return sight{}
	}
	if d.hide() || d.away() {
		return sight{gone: true}
	}
	if d["visibility"] == "hidden" || d["visibility"] == "collapse" || d.unreadable() && !v.onColour(n) {
		return sight{dim: true}
	}
	return sight{bright: d["visibility"] == "visible" || d["color"] != "" || d["font-size"] != "" || d["font"] != ""}
}

// hide recognises the properties made for hiding.
func (d declarations) hide() bool {
	switch {
	case d["display"] == "none", d["content-visibility"] == "hidden":
		return true
	case strings.Contains(d["text-decoration"], "line-through"), strings.Contains(d["text-decoration-line"], "line-through"):
		return true
	case d["opacity"] != "" && tiny(d["opacity"], 0.05):
		return true
	case strings.Contains(d["filter"], "opacity(0"):
		return true
	}
	for _, value := range []string{d["transform"], d["scale"]} {
		at := cssScale.FindStringSubmatch(value)
		if at != nil && tiny(strings.SplitN(at[1], ",", 2)[0], 0.05) || value == "0" {
			return true
		}
	}
	// Nothing of a box without extent is seen, if what overflows is cut off.
	if cut := d["overflow"] + d["overflow-x"] + d["overflow-y"]; strings.Contains(cut, "hidden") || strings.Contains(cut, "clip") {
		for _, side := range []string{"width", "height", "max-width", "max-height"} {
			if d[side] != "" && tiny(d[side], 2) && !strings.HasSuffix(d[side], "em") {
				return true
			}
		}
	}
	return false
}

// unreadable recognises letters without size or colour.
func (d declarations) unreadable() bool {
	if size := d["font-size"]; size != "" && tiny(size, 2) && !strings.HasSuffix(size, "em") || tiny(strings.TrimSuffix(d["font-size"], "em"), 0.1) && d["font-size"] != "" {
		return true
	}
	if font := d["font"]; font != "" {
		for _, part := range strings.Fields(font) {
			size, _, _ := strings.Cut(part, "/")
			if m := cssNumber.FindStringSubmatch(size); m != nil && m[2] != "" && tiny(size, 2) && !strings.HasSuffix(size, "em") {
				return true
			}
		}
	}
	if fill := d["-webkit-text-fill-color"]; fill == "transparent" {
		return true
	}
	colour := d["color"]
	if colour == "" {
		return false
	}
	if colour == "transparent" || isTransparent(colour) {
		return true
	}
	background := d.background()
	if background != "" {
		return sameColour(colour, background)
	}
	return isWhite(colour)
}

// background is the colour that a style puts behind its letters, "" if none.
func (d declarations) background() string {
	if d["background-color"] != "" {
		return d["background-color"]
	}
	if strings.Contains(d["background"], "url(") || strings.Contains(d["background"], "gradient") {
		return "image"
	}
	return d["background"]
}

// onColour tells whether an element around n (or n itself) has a background of
// which white letters stand out. What cannot be told is taken for one.
func (v *visibility) onColour(n *html.Node) bool {
	d := v.styleOf(n)
	if d.hasSize() {
		return false
	}
	own := d["color"]
	if own == "" {
		own = strings.ToLower(attr(n, "color"))
	}
	if own == "transparent" || isTransparent(own) || d["-webkit-text-fill-color"] == "transparent" {
		return false
	}
	for at := n; at != nil; at = at.Parent {
		if at.Type != html.ElementNode {
			continue
		}
		background := v.styleOf(at).background()
		if b := strings.ToLower(attr(at, "bgcolor")); background == "" && b != "" {
			background = b
		}
		if background == "" || background == "transparent" || background == "none" || background == "inherit" {
			continue
		}
		return !sameColour(own, background)
	}
	return false
}

// hasSize tells whether a style is unreadable for its size, whatever its colour.
func (d declarations) hasSize() bool {
	size := declarations{"font-size": d["font-size"], "font": d["font"]}
	return size.unreadable()
}

// away recognises what is moved or cut out of the page.
func (d declarations) away() bool {
	position := d["position"]
	if position == "absolute" || position == "fixed" || position == "relative" {
		for _, side := range []string{"left", "top", "right", "bottom", "inset"} {
			if far(d[side]) {
				return true
			}
		}
	}
	if clip := d["clip"]; position == "absolute" || position == "fixed" {
		if cssClip.MatchString(clip) && !strings.Contains(clip, "auto") && noArea(clip) {
			return true
		}
	}
	if clip := d["clip-path"]; cssClip.MatchString(clip) && noArea(clip) {
		return true
	}
	for _, key := range []string{"text-indent", "margin-left", "margin-top", "margin-right", "margin"} {
		if far(d[key]) {
			return true
		}
	}
	if at := cssMove.FindStringSubmatch(d["transform"]); at != nil {
		for part := range strings.SplitSeq(at[1], ",") {
			if far(strings.TrimSpace(part)) {
				return true
			}
		}
	}
	return false
}

// far tells whether a length leads out of any page. Of several the first counts.
func far(value string) bool {
	value, _, _ = strings.Cut(value, " ")
	m := cssNumber.FindStringSubmatch(value)
	if m == nil {
		return false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return false
	}
	limit := 999.0
	switch m[2] {
	case "em", "rem", "ex", "ch", "cm", "pc", "in":
		limit = 60
	case "%", "vw", "vh", "vmin", "vmax":
		limit = 99
	}
	return n <= -limit || n >= limit*5
}

// noArea tells whether a clip leaves nothing to see.
func noArea(clip string) bool {
	inner := clip[strings.IndexByte(clip, '(')+1 : len(clip)-1]
	numbers := strings.FieldsFunc(inner, func(r rune) bool { return r == ',' || r == ' ' })
	switch {
	case strings.HasPrefix(clip, "inset"):
		return len(numbers) > 0 && strings.HasSuffix(numbers[0], "%") && !tiny(numbers[0], 49.9)
	case strings.HasPrefix(clip, "circle"):
		return len(numbers) > 0 && tiny(numbers[0], 0.5)
	}
	for _, n := range numbers {
		if !tiny(n, 1.5) {
			return false
		}
	}
	return len(numbers) > 0
}

// tiny tells whether a length or share is at most limit.
func tiny(value string, limit float64) bool {
	m := cssNumber.FindStringSubmatch(strings.TrimSpace(value))
	if m == nil {
		return false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	return err == nil && n <= limit
}

// colourNames are the names of what is white or nearly so.
var colourNames = map[string][3]float64{
	"white": {255, 255, 255}, "snow": {255, 250, 250}, "ivory": {255, 255, 240}, "ghostwhite": {248, 248, 255},
	"whitesmoke": {245, 245, 245}, "floralwhite": {255, 250, 240}, "black": {0, 0, 0},
}

// rgb reads a colour, as far as it is written in numbers or is one of the names.
func rgb(value string) (c [3]float64, ok bool) {
	value = strings.TrimSpace(value)
	if c, ok = colourNames[value]; ok {
		return c, true
	}
	if digits, found := strings.CutPrefix(value, "#"); found {
		if len(digits) == 3 || len(digits) == 4 {
			var wide strings.Builder
			for _, r := range digits[:3] {
				wide.WriteString(strings.Repeat(string(r), 2))
			}
			digits = wide.String()
		}
		if len(digits) != 6 && len(digits) != 8 {
			return c, false
		}
		n, err := strconv.ParseUint(digits[:6], 16, 32)
		return [3]float64{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}, err == nil
	}
	m := cssRGB.FindStringSubmatch(value)
	if m == nil {
		return c, false
	}
	for i := range c {
		share := strings.HasSuffix(m[i+1], "%")
		n, err := strconv.ParseFloat(strings.TrimSuffix(m[i+1], "%"), 64)
		if err != nil {
			return c, false
		}
		if share {
			n *= 2.55
		}
		c[i] = n
	}
	return c, true
}

// isTransparent tells whether a colour has no opacity.
func isTransparent(value string) bool {
	if m := cssRGB.FindStringSubmatch(value); m != nil && m[4] != "" {
		return tiny(m[4], 0.05)
	}
	return len(value) == 9 && value[0] == '#' && value[7:] == "00" || len(value) == 5 && value[0] == '#' && value[4] == '0' || strings.HasPrefix(value, "hsla(") && strings.HasSuffix(value, ",0)")
}

func isWhite(value string) bool {
	c, ok := rgb(value)
	return ok && c[0] >= 240 && c[1] >= 240 && c[2] >= 240
}

// sameColour tells whether letters cannot be told from what is behind them.
func sameColour(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	x, ok := rgb(a)
	y, known := rgb(b)
	if !ok || !known {
		return a == b
	}
	for i := range x {
		if d := x[i] - y[i]; d > 16 || d < -16 {
			return false
		}
	}
	return true
}
