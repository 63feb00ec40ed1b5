package eval

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The element and attribute names are those of the JUnit XML that CI servers
// read (the Ant task's format).
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string           `xml:"name,attr"`
	Tests      int              `xml:"tests,attr"`
	Failures   int              `xml:"failures,attr"`
	Errors     int              `xml:"errors,attr"`
	Properties *junitProperties `xml:"properties"` // nil: left out
	Cases      []junitCase      `xml:"testcase"`
}

type junitProperties struct {
	Properties []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr,omitempty"` // seconds
	Failure *junitFailure `xml:"failure,omitempty"`
	Error   *junitFailure `xml:"error,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes a suite for the thresholds and one for each type. Single
// wrong answers are failures too, so that they show; the exit status is the
// thresholds' affair.
func (r *Report) writeJUnit(w io.Writer) error {
	all := junitSuites{Name: "zhiwen eval", Suites: []junitSuite{r.junitThresholds()}}
	for _, t := range r.ByType {
		suite := junitSuite{Name: string(t.Type)}
		for _, res := range r.Results {
			if res.Type == t.Type {
				suite.add(res.junit())
			}
		}
		all.Suites = append(all.Suites, suite)
	}
	for _, s := range all.Suites {
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Error != nil {
		s.Errors++
	}
	s.Cases = append(s.Cases, c)
}

func (r *Report) junitThresholds() junitSuite {
	properties := &junitProperties{}
	suite := junitSuite{Name: "thresholds", Properties: properties}
	for _, p := range r.Provenance.lines() {
		properties.Properties = append(properties.Properties, junitProperty{p[0], clean(p[1])})
	}
	for _, m := range r.Metrics {
		properties.Properties = append(properties.Properties, junitProperty{m.Name, fmt.Sprintf("%.4f", m.Value)})
	}
	for _, cells := range r.metricRows()[1:] {
		if cells[4] == "" {
			continue
		}
		c := junitCase{Class: "thresholds", Name: cells[0] + " " + cells[4]}
		for _, m := range r.Missed {
			if m.Metric == cells[0] {
				c.Failure = &junitFailure{Message: m.String()}
			}
		}
		suite.add(c)
	}
	for _, id := range r.broken() {
		suite.add(junitCase{Class: "baseline", Name: clean(id), Failure: &junitFailure{Message: "passed in the baseline and fails now"}})
	}
	return suite
}

func (r *Result) junit() junitCase {
	c := junitCase{Class: string(r.Type), Name: clean(r.ID + " " + r.asked())}
	if r.LatencyMS != nil {
		c.Time = fmt.Sprintf("%.5f", *r.LatencyMS/1000)
	}
	switch {
	case r.Error != "":
		c.Error = &junitFailure{Message: clean(r.Error)}
	case !r.Passed:
		text := []string{"said: " + clean(r.Answer)}
		for _, cit := range r.Citations {
			text = append(text, clean(fmt.Sprintf("cited [%d] %s, paragraph %d: %s", cit.Marker, cit.Title, cit.Paragraph, cit.Quote)))
		}
		for _, f := range r.Retrieved {
			text = append(text, clean(fmt.Sprintf("retrieved %d (relevant: %t) %s: %s", f.Rank, f.Relevant, f.Title, f.Text)))
		}
		c.Failure = &junitFailure{Message: clean(strings.Join(r.Failures, "; ")), Text: strings.Join(text, "\n")}
	}
	return c
}
