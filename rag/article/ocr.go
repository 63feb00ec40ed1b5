package article

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

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

// recognize draws a page and reads what is drawn, as lines.
func recognize(reader pdfium.Pdfium, page requests.Page) ([]string, error) {
	languages, err := findOCR()
	if err != nil {
		return nil, err
	}
	drawn, err := reader.RenderPageInDPI(&requests.RenderPageInDPI{Page: page, DPI: ocrDPI})
	if err != nil {
		return nil, fmt.Errorf("it cannot be drawn: %v", err)
	}
	var picture bytes.Buffer
	err = png.Encode(&picture, gray(drawn.Result.Image))
	drawn.Cleanup()
	if err != nil {
		return nil, fmt.Errorf("it cannot be drawn: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), ocrTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "tesseract", "stdin", "stdout", "-l", languages, "--dpi", fmt.Sprint(ocrDPI), "--psm", "3")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=2") // more only slow each other down
	cmd.Stdin = &picture
	var text, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("the recognition of its text took more than %s", ocrTime)
		}
		return nil, fmt.Errorf("the recognition of its text failed: %v: %s", err, oneLine(said.String()))
	}
	var lines []string
	for _, l := range splitLines(strings.ReplaceAll(text.String(), "\f", "\n")) {
		if hasWords(l.text) { // specks and rules come out as marks
			lines = append(lines, joinCharacters(l.text))
		}
	}
	return lines, nil
}

// gray is a picture without colours and on white paper, a third of the work for
// whoever reads it.
func gray(from *image.RGBA) *image.Gray {
	to := image.NewGray(from.Bounds())
	for y := from.Rect.Min.Y; y < from.Rect.Max.Y; y++ {
		row := from.Pix[from.PixOffset(from.Rect.Min.X, y):]
		for x := range from.Rect.Dx() {
			p := row[4*x : 4*x+4]
			white := 255 - uint32(p[3]) // where the page is transparent
			c := color.RGBA{clampByte(uint32(p[0]) + white), clampByte(uint32(p[1]) + white), clampByte(uint32(p[2]) + white), 255}
			to.Set(from.Rect.Min.X+x, y, c)
		}
	}
	return to
}

func clampByte(v uint32) uint8 { return uint8(min(v, 255)) }

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
