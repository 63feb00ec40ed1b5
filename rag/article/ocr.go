package article

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

const (
	// ocrDPI is how fine a page is drawn for the recognition of its text: what
	// tesseract was trained on.
	ocrDPI = 300
	// ocrTime is how long the recognition of one page may take.
	ocrTime = 2 * time.Minute
	// fewOnPage is how much text a page may hold whose pictures are looked at for
	// more, in characters: a stamp, a page number, the mark of a scanner's program.
	fewOnPage = 30
)

// errNoOCR says that no program for the recognition of text is installed.
var errNoOCR = errors.New("no program that recognises text is installed")

// ocrLanguages are those of tesseract's that are used if they are installed.
var ocrLanguages = []string{"chi_sim", "chi_tra", "eng"}

// findOCR looks for tesseract and what it can read, once.
var findOCR = sync.OnceValues(func() (languages string, err error) {
	if _, err := exec.LookPath("tesseract"); err != nil {
		return "", errNoOCR
	}
	out, err := exec.Command("tesseract", "--list-langs").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: tesseract does not run: %v", errNoOCR, err)
	}
	var have []string
	for _, l := range strings.Fields(string(out)) {
		if slices.Contains(ocrLanguages, l) {
			have = append(have, l)
		}
	}
	if !slices.Contains(have, "chi_sim") && !slices.Contains(have, "chi_tra") {
		return "", fmt.Errorf("%w: tesseract is, but not its Chinese", errNoOCR)
	}
	slices.SortFunc(have, func(a, b string) int { return slices.Index(ocrLanguages, a) - slices.Index(ocrLanguages, b) })
	return strings.Join(have, "+"), nil
})

// ocrHint says what makes pictures readable.
func ocrHint() string {
	_, err := findOCR()
	if err == nil {
		return "its pages were looked at for text, and none was found"
	}
	return "install tesseract with its Chinese (Debian: tesseract-ocr and tesseract-ocr-chi-sim), or run a text recognition over it first"
}

// recognize draws a page and reads what is drawn, as lines. unsure are the figures
// that could not be read for certain; uncertain stands in their place.
func recognize(reader pdfium.Pdfium, page requests.Page) (lines, unsure []string, err error) {
	languages, err := findOCR()
	if err != nil {
		return nil, nil, err
	}
	drawn, err := reader.RenderPageInDPI(&requests.RenderPageInDPI{Page: page, DPI: ocrDPI})
	if err != nil {
		return nil, nil, fmt.Errorf("it cannot be drawn: %v", err)
	}
	picture := gray(drawn.Result.Image)
	drawn.Cleanup()
	words, err := tesseract(picture, languages, "3")
	if err != nil {
		return nil, nil, err
	}
	var line strings.Builder
	end := func() {
		if text := joinCharacters(strings.TrimSpace(line.String())); hasWords(text) { // specks and rules come out as marks
			lines = append(lines, text)
		}
		line.Reset()
	}
	for i, w := range words {
		if i > 0 && w.line != words[i-1].line {
			end()
		}
		if strings.ContainsAny(w.text, "0123456789") && w.confidence < sureOfFigure {
			read, ok := readFigure(picture, w)
			if !ok {
				unsure = append(unsure, w.text)
			}
			w.text = read
		}
		line.WriteString(w.text)
		line.WriteByte(' ')
	}
	end()
	return lines, unsure, nil
}

const (
	// sureOfFigure is how sure of a word with a figure the first reading must be,
	// in percent. Right ones have about 90, wrong ones (12.5% read as 12.59%6) about
	// 50.
	sureOfFigure = 80
	uncertain    = "□"
)

// wellFormed are the figures that a second reading may come out as.
var wellFormed = regexp.MustCompile(`^[(（]?\d+(?:[.,:/\-–~]\d+)*[%‰]?[)）]?$`)

// readFigure reads a word again, alone, with the model of Latin letters and
// figures, in two sizes. ok is false when they do not agree.
func readFigure(picture *image.Gray, w ocrWord) (string, bool) {
	mark := "" // a Chinese one at the end, which that model does not know
	if last, size := utf8.DecodeLastRuneInString(w.text); strings.ContainsRune("，。；：、！？）", last) {
		mark = w.text[len(w.text)-size:]
	}
	var readings [2]string
	for i := range readings {
		words, err := tesseract(cutOut(picture, w.box, i+1), "eng", "8")
		if err != nil || len(words) != 1 {
			return uncertain + mark, false
		}
		readings[i] = strings.TrimRight(words[0].text, ",.;:")
	}
	if readings[0] != readings[1] || !wellFormed.MatchString(readings[0]) {
		return uncertain + mark, false
	}
	return readings[0] + mark, true
}

// cutOut is a part of a picture with white around it, so many times its size.
func cutOut(picture *image.Gray, box image.Rectangle, times int) *image.Gray {
	const margin = 14 // in pixels; letters at the edge are read badly
	around := box.Inset(-margin).Intersect(picture.Rect)
	out := image.NewGray(image.Rect(0, 0, (around.Dx()+2*margin)*times, (around.Dy()+2*margin)*times))
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	for y := range around.Dy() * times {
		for x := range around.Dx() * times {
			out.SetGray(x+margin*times, y+margin*times, picture.GrayAt(around.Min.X+x/times, around.Min.Y+y/times))
		}
	}
	return out
}

// ocrWord is a word that tesseract read.
type ocrWord struct {
	text       string
	line       string // another one for another line
	box        image.Rectangle
	confidence float64 // in percent
}

// tesseract reads a picture. mode is how it looks at the page (--psm).
func tesseract(picture *image.Gray, languages, mode string) ([]ocrWord, error) {
	var in bytes.Buffer
	if err := png.Encode(&in, picture); err != nil {
		return nil, fmt.Errorf("it cannot be drawn: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), ocrTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "tesseract", "stdin", "stdout", "-l", languages, "--dpi", fmt.Sprint(ocrDPI), "--psm", mode, "tsv")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=2") // more only slow each other down
	cmd.Stdin = &in
	var table, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &table, &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("the recognition of its text took more than %s", ocrTime)
		}
		return nil, fmt.Errorf("the recognition of its text failed: %v: %s", err, oneLine(said.String()))
	}
	var words []ocrWord
	for row := range strings.Lines(table.String()) {
		// level, page, block, paragraph, line, word, left, top, width, height, confidence, text
		f := strings.Split(strings.TrimRight(row, "\r\n"), "\t")
		if len(f) != 12 || f[0] != "5" || strings.TrimSpace(f[11]) == "" {
			continue
		}
		var box [4]int
		for i := range box {
			box[i], _ = strconv.Atoi(f[6+i])
		}
		confidence, _ := strconv.ParseFloat(f[10], 64)
		words = append(words, ocrWord{f[11], strings.Join(f[1:5], " "), image.Rect(box[0], box[1], box[0]+box[2], box[1]+box[3]), confidence})
	}
	return words, nil
}

// gray is a picture without colours and on white paper, a third of the work for
// whoever reads it.
func gray(from *image.RGBA) *image.Gray {
	to := image.NewGray(from.Bounds())
	draw.Draw(to, to.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(to, to.Rect, from, from.Rect.Min, draw.Over)
	return to
}

// joinCharacters takes out the blanks that the recognition puts between Chinese
// characters, and between them and figures.
func joinCharacters(line string) string {
	runes := []rune(line)
	var b strings.Builder
	for i, r := range runes {
		if r == ' ' && i > 0 && i+1 < len(runes) && (isCJK(runes[i-1]) || isCJK(runes[i+1])) {
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isCJK(r rune) bool {
	return r >= 0x2e80 && r <= 0x9fff || r >= 0xf900 && r <= 0xfaff || r >= 0xff00 && r <= 0xffef || strings.ContainsRune("“”‘’…—·", r)
}

// isDrawn tells whether a page holds a picture.
func isDrawn(reader pdfium.Pdfium, page requests.Page) bool {
	count, err := reader.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: page})
	if err != nil {
		return false
	}
	for i := range count.Count {
		object, err := reader.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: page, Index: i})
		if err != nil {
			return false
		}
		kind, err := reader.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: references.FPDF_PAGEOBJECT(object.PageObject)})
		if err == nil && kind.Type == enums.FPDF_PAGEOBJ_IMAGE {
			return true
		}
	}
	return false
}
