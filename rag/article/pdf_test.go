package article

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// Heads and page numbers that run through a document are left out; rows of a table
// that goes over pages are not, though only their figures differ.
func TestRunning(t *testing.T) {
	var pages []pdfPage
	want := ""
	for n := 1; n <= 4; n++ {
		p := pdfPage{number: n, lines: []string{"年鉴2024", fmt.Sprintf("第 %d 章", n)}}
		for row := range 5 {
			cells := fmt.Sprintf("湖 %d 号 面积 %d", 100*n*n+7*row, 31*n+row*row)
			p.lines = append(p.lines, cells)
			want += cells + "\n"
		}
		p.lines = append(p.lines, fmt.Sprintf("%d / 4", n))
		pages = append(pages, p)
	}
	pages[0].lines[1], pages[3].lines[1] = "第 1 章", "第 9 章" // no page's number
	want = "第 1 章\n" + want
	dropRunning(pages, Options{})
	got := ""
	for _, p := range pages {
		for _, l := range p.lines {
			if l != "第 9 章" && l != "第 2 章" && l != "第 3 章" && (l != "第 1 章" || p.number == 1) {
				got += l + "\n"
			}
		}
	}
	want = strings.TrimPrefix(want, "第 1 章\n")
	got = strings.TrimPrefix(got, "第 1 章\n")
	if got != want {
		t.Errorf("kept:\n%swant:\n%s", got, want)
	}
}

// picturesPDF writes a PDF of pages with a line of text and a picture of so many
// bytes each, not compressed.
func picturesPDF(t *testing.T, pages, size int) string {
	t.Helper()
	var b bytes.Buffer
	var offsets []int
	object := func(format string, args ...any) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(offsets))
		fmt.Fprintf(&b, format, args...)
		b.WriteString("\nendobj\n")
	}
	b.WriteString("%PDF-1.4\n")
	var kids []string
	for i := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", 4+3*i))
	}
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Count %d/Kids[%s]>>", pages, strings.Join(kids, " "))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	picture := strings.Repeat("picture ", size/8)
	for i := range pages {
		object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>/XObject<</P %d 0 R>>>>>>", 5+3*i, 6+3*i)
		text := fmt.Sprintf("q 500 0 0 300 50 50 cm /P Do Q BT /F 12 Tf 50 700 Td (The bridge number %d was opened in the year %d by its builders.) Tj ET", i+1, 1900+i)
		object("<</Length %d>>stream\n%s\nendstream", len(text), text)
		object("<</Type/XObject/Subtype/Image/Width 1000/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>stream\n%s\nendstream", size/1000, len(picture), picture)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	path := filepath.Join(t.TempDir(), "pictures.pdf")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Reading a PDF takes memory for what is on a few pages, not for the file.
func TestPDFMemory(t *testing.T) {
	const pages, size = 32, 4 << 20
	path := picturesPDF(t, pages, size)
	if _, err := startPDF(); err != nil {
		t.Fatal(err)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runtime.GC()
	before, most, told := heap(), uint64(0), 0
	articles, err := ParseFile(t.Context(), path, Options{Progress: func(unit string, done, total int) {
		if unit != "pages" || total != pages {
			t.Errorf("progress of %d %s", total, unit)
		}
		told = done
		most = max(most, heap())
	}})
	if err != nil || len(articles) != 1 || told != pages || !strings.Contains(describe(articles), fmt.Sprintf("number %d was", pages)) {
		t.Fatalf("%d pages, %v, %s", told, err, describe(articles))
	}
	// The sandbox alone is 18 MB, twice when it is exchanged, and what it has read.
	if grown := (int64(most) - int64(before)) >> 20; grown > 110 {
		t.Errorf("%d MB for a file of %d MB", grown, pages*size>>20)
	} else {
		t.Logf("%d MB for a file of %d MB", grown, pages*size>>20)
	}
}

// PDFium starts from what was compiled before, and where that is damaged or cannot be
// written as well.
func TestPDFiumCompiled(t *testing.T) {
	start := func(folder string) time.Duration {
		t.Helper()
		begun := time.Now()
		pool, err := newPDFium(folder)
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(begun)
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
		return took
	}
	folder := t.TempDir()
	compiled := func() (files []string) {
		err := filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	slow := start(folder)
	files := compiled()
	if len(files) == 0 {
		t.Fatal("nothing was kept")
	}
	if fast := start(folder); fast > slow/2 {
		t.Errorf("started in %v, and in %v from what was compiled", slow, fast)
	}
	for _, path := range files {
		if err := os.Truncate(path, 1000); err != nil {
			t.Fatal(err)
		}
	}
	start(folder)
	start(filepath.Join(files[0], "no folder"))
}
