package web_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/random"
	"gradlab/internal/knob"
	"gradlab/internal/spec"
)

// A page without script is a document with a form: whatever experiment a link names, the
// form that its page shows sends exactly that experiment.
func TestTheFormIsTheLink(t *testing.T) {
	s := newServer(t)
	canonical := regexp.MustCompile(`rel="canonical" href="([^"]*)"`)
	for i := range 20 {
		r := random.New(1, random.Named("form"), i, 0)
		e := randomExperiment(&r)
		link := "/lab?" + e.Query()
		_, page := s.do("GET", link, asPage, "")
		if found := canonical.FindStringSubmatch(page); found == nil || html.UnescapeString(found[1]) != link {
			t.Fatalf("%s\nits page is called %q", link, found)
		}
		sent := successful(t, page, "settings-form")
		settings, err := spec.ParseQuery(sent.Encode())
		if err != nil {
			t.Fatalf("%s\nthe form sends %s: %v", link, sent.Encode(), err)
		}
		back, _, err := spec.ParseExperiment(settings)
		if err != nil || !reflect.DeepEqual(back.Settings(), e.Settings()) {
			t.Fatalf("%s\nthe form sends %s, %v", link, back.Query(), err)
		}
	}
}

// randomExperiment is a valid one of one to three lanes, some of which branch.
func randomExperiment(r *random.Source) spec.Experiment {
	var in []spec.Setting
	for lane := range 1 + r.Intn(3) {
		prefix := ""
		if lane > 0 {
			prefix = spec.LaneName(lane) + "."
		}
		m := method.All()[r.Intn(len(method.All()))].Name
		alone, err := spec.Parse([]spec.Setting{{Key: "method", Value: m}})
		if err != nil {
			panic(err)
		}
		in = append(in, spec.Setting{Key: prefix + "method", Value: m})
		for _, k := range alone.Knobs().All() {
			switch {
			case k.Name == "at" && r.Intn(3) == 0:
				in = append(in, spec.Setting{Key: prefix + "at", Value: fmt.Sprint(1 + r.Intn(200))})
			case k.Name == "method" || k.Name == "v" || k.Name == "at":
			case k.Live && r.Intn(8) == 0:
				in = append(in, spec.Setting{Key: prefix + "then." + k.Name, Value: anotherValue(r, k)})
			case r.Intn(5) == 0:
				in = append(in, spec.Setting{Key: prefix + k.Name, Value: anotherValue(r, k)})
			}
		}
	}
	e, _, _ := spec.ParseLenient(in) // what does not go together becomes the nearest that does
	return e
}

func anotherValue(r *random.Source, k *knob.Knob) string {
	switch k.Kind {
	case knob.Choice:
		return k.Options[r.Intn(len(k.Options))].Value
	case knob.Seed:
		return fmt.Sprint(uint64(r.Uint32())<<32 | uint64(r.Uint32())) // more than a float64 holds
	case knob.Int:
		return fmt.Sprint(int(k.Min) + r.Intn(int(min(k.Max-k.Min, 400))+1))
	default:
		return knob.FormatFloat(k.Min + (k.Max-k.Min)*r.Float64())
	}
}

// successful are the controls of a form as a browser sends them.
func successful(t *testing.T, page, id string) url.Values {
	t.Helper()
	from := strings.Index(page, `<form id="`+id+`"`)
	to := strings.Index(page[max(from, 0):], "</form>")
	if from < 0 || to < 0 {
		t.Fatalf("there is no form %s", id)
	}
	d := xml.NewDecoder(strings.NewReader(page[from : from+to]))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	sent := url.Values{}
	list := "" // name of the list that is open
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) || err != nil && strings.Contains(err.Error(), "unexpected EOF") { // the form's end tag was cut off
			return sent
		}
		if err != nil {
			t.Fatalf("form %s: %v", id, err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		a := map[string]string{}
		for _, x := range e.Attr {
			a[x.Name.Local] = x.Value
		}
		_, disabled := a["disabled"]
		_, selected := a["selected"]
		switch {
		case e.Name.Local == "select":
			if list = a["name"]; disabled {
				list = ""
			}
		case e.Name.Local == "option" && selected && list != "":
			sent.Add(list, a["value"])
		case e.Name.Local == "input" && a["name"] != "" && !disabled:
			sent.Add(a["name"], a["value"])
		}
	}
}
