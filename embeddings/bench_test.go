package embeddings

import (
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	ort "github.com/yalue/onnxruntime_go"
	"golang.org/x/sync/errgroup"
)

// passages are 64 texts of 20 to 500 characters, 250 on average, in the manner
// of news: Chinese with numbers and Latin abbreviations.
func passages() []string {
	sentences := []string{
		"开幕当天，主办方公布了第一批合作清单，涵盖芯片、软件和机器人三个方向。",
		"据统计，上半年全市软件业务收入达到1280.6亿元，同比增长17.4%。",
		"参展的610余家企业带来了5G、AI、车联网等领域的两千多件新品。",
		"专家认为，工业互联网平台需要统一的数据接口，否则中小工厂难以接入。",
		"（记者 李明）会后，代表团参观了港口的自动化码头，并与技术人员交流。",
		"观众可以通过App预约，也可以在现场的3个服务点领取门票。",
	}
	texts := make([]string, 64)
	for i := range texts {
		var b strings.Builder
		for n := 0; b.Len() < 3*(20+i*37%480); n++ {
			b.WriteString(sentences[(i+n)%len(sentences)])
		}
		texts[i] = b.String()
	}
	return texts
}

func mustONNX(b *testing.B) *onnx {
	b.Helper()
	requireFiles(b)
	e, err := newONNX(b.Context(), Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { e.Close() })
	return e
}

func BenchmarkQuery(b *testing.B) {
	e := mustONNX(b)
	for _, text := range []string{"签约多少项目", "2021年智博会的主题是什么？", strings.Repeat("一个长问题，", 40)} {
		b.Run(fmt.Sprintf("characters=%d", len([]rune(text))), func(b *testing.B) {
			for b.Loop() {
				if _, err := e.EmbedQuery(b.Context(), text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPassages compares the whole embedder, tokenizer and all, with the
// bare session on ids that are ready, as many runs side by side as the
// embedder makes. The two take turns, so that a busy machine slows both.
func BenchmarkPassages(b *testing.B) {
	e := mustONNX(b)
	texts := passages()
	tokens, inputs := 0, make([][]ort.Value, len(texts))
	for i, text := range texts {
		ids := e.tokenizer.encode(text)
		tokens += len(ids)
		ones := make([]int64, len(ids))
		for k := range ones {
			ones[k] = 1
		}
		for _, data := range [][]int64{ids, ones, make([]int64, len(ids))} {
			tensor, err := ort.NewTensor(ort.NewShape(1, int64(len(ids))), data)
			if err != nil {
				b.Fatal(err)
			}
			defer tensor.Destroy()
			inputs[i] = append(inputs[i], tensor)
		}
	}
	bare := func() error {
		var work errgroup.Group
		work.SetLimit(cap(e.running))
		for _, in := range inputs {
			work.Go(func() error {
				out := []ort.Value{nil}
				if err := e.session.Run(in, out); err != nil {
					return err
				}
				return out[0].Destroy()
			})
		}
		return work.Wait()
	}
	if err := bare(); err != nil { // the first run grows the memory arena
		b.Fatal(err)
	}
	var bareTime, wholeTime time.Duration
	for b.Loop() {
		began := time.Now()
		if err := bare(); err != nil {
			b.Fatal(err)
		}
		bareTime += time.Since(began)
		began = time.Now()
		if _, err := e.EmbedDocuments(b.Context(), texts); err != nil {
			b.Fatal(err)
		}
		wholeTime += time.Since(began)
	}
	done := float64(b.N * len(texts))
	b.ReportMetric(bareTime.Seconds()*1000/done, "bare-ms/passage")
	b.ReportMetric(wholeTime.Seconds()*1000/done, "ms/passage")
	b.ReportMetric(100*bareTime.Seconds()/wholeTime.Seconds(), "%of-bare")
	b.ReportMetric(float64(b.N*tokens)/wholeTime.Seconds(), "tokens/s")
}

func BenchmarkTokenizer(b *testing.B) {
	t := mustTokenizer(b, false)
	texts := passages()
	tokens := 0
	for b.Loop() {
		for _, text := range texts {
			tokens += len(t.encode(text))
		}
	}
	b.ReportMetric(float64(tokens)/b.Elapsed().Seconds(), "tokens/s")
	b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*len(texts)), "µs/passage")
}

// BenchmarkColdStart loads the model and embeds a question in a new process
// each time; what the process needs to start is not counted.
func BenchmarkColdStart(b *testing.B) {
	requireFiles(b)
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	var total time.Duration
	for b.Loop() {
		child := exec.CommandContext(b.Context(), self, "-test.run=^TestColdStartChild$", "-test.v")
		child.Env = append(os.Environ(), "ZHIWEN_COLD_START=1")
		out, err := child.CombinedOutput()
		if err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		_, after, ok := strings.Cut(string(out), "cold start ns: ")
		ns, err := strconv.ParseInt(strings.TrimSpace(strings.SplitN(after, "\n", 2)[0]), 10, 64)
		if !ok || err != nil {
			b.Fatalf("%v in %s", err, out)
		}
		total += time.Duration(ns)
	}
	b.ReportMetric(total.Seconds()*1000/float64(b.N), "load+question-ms")
}

// TestColdStartChild is the process that BenchmarkColdStart starts.
func TestColdStartChild(t *testing.T) {
	if os.Getenv("ZHIWEN_COLD_START") == "" {
		t.Skip("runs only as a child of BenchmarkColdStart")
	}
	began := time.Now()
	e, err := New(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if _, err := e.EmbedQuery(t.Context(), "签约多少项目"); err != nil {
		t.Fatal(err)
	}
	fmt.Println("cold start ns:", time.Since(began).Nanoseconds())
}
