package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
)

// docs/settings.md is the list of the settings for those who read it without running it.
//
//go:generate go run generate.go ../../docs/settings.md

// Markdown returns the settings that every method has as a document, with links that
// start in docs. A method's own are in that of the methods.
func Markdown() string {
	var b strings.Builder
	b.WriteString(`<!-- Made from the knobs by go generate ./internal/spec: change their declarations, not this file. -->

# Settings

What can be set of a run, whatever its method; a method's own settings are in [methods.md](methods.md). A setting is the same
word everywhere: ` + "`/lab?lr=0.1`, `lab run lr=0.1`, the body of `POST /runs` ([api.md](api.md)), a line of a preset in" + `
[experiments](../experiments). ` + "`lab settings byol`" + ` prints all of them, with BYOL's own and BYOL's defaults.

- ` + "`b.lr=0.1`" + ` is a second lane, which differs from the first in that; lanes are ` + "`b.` to `f.`" + `, and ` + "`seed=1..3`" + ` is short for three.
- ` + "`at=200&then.lr=0.01`" + ` changes a setting at a step of the run, where the last column says yes.
- *Published* is the common setting in which [Tao et al., CVPR 2022](https://arxiv.org/abs/2112.05141) compare the methods, with a
  ResNet-50 on photographs; ` + "`predictor.width`" + ` is SimSiam's, and a ` + "`batch`" + ` of 256 is that to which a learning rate of 0.05 belongs. Each
  method has the first ` + "`target` and `predictor`" + ` of its row in [methods.md](methods.md). The form says whose each value is, where that is on record.
  The defaults belong to small networks and a run of a minute.
`)
	group := ""
	var choices []*knob.Knob
	explain := func() {
		for _, k := range choices {
			fmt.Fprintf(&b, "\n`%s` is one of\n\n", k.Name)
			for _, o := range k.Options {
				fmt.Fprintf(&b, "- `%s`: %s\n", o.Value, cmp.Or(o.Doc, o.Title+"."))
			}
		}
		choices = nil
	}
	for _, k := range Shared() {
		if k.Group != group {
			explain()
			group = k.Group
			fmt.Fprintf(&b, "\n## %s%s\n\n| setting | unit | default | range | published | meaning | then |\n|---|---|---|---|---|---|---|\n", strings.ToUpper(group[:1]), group[1:])
		}
		values, then := k.Range(), ""
		switch {
		case k.Name == "gradient":
			values = "[those of the method](methods.md)"
		case k.Kind == knob.Choice:
			values = "below"
			choices = append(choices, k)
		}
		if k.Live {
			then = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", k.Name, k.Unit, k.Default, values, k.Paper, k.Doc, then)
	}
	explain()
	b.WriteString("\n## Defaults that follow from others\n\n| with | the default is |\n|---|---|\n")
	row := func(key, value string, h heads) {
		if others := otherDefaults(h); len(others) > 0 {
			fmt.Fprintf(&b, "| `%s=%s` | `%s` |\n", key, value, strings.Join(others, "` `"))
		}
	}
	for _, o := range data.Names() {
		row("data", o.Value, heads{data: o.Value})
	}
	for _, kind := range newDraft(heads{}).knobs.Lookup("encoder").Options {
		row("encoder", kind.Value, heads{encoder: kind.Value})
	}
	for _, m := range method.All() {
		row("method", m.Name, heads{method: m})
	}
	return b.String()
}

// Shared returns the settings that every method has, in the order of the form, and
// with the options of all methods.
func Shared() []*knob.Knob {
	d := newDraft(heads{})
	list := slices.DeleteFunc(slices.Clone(d.knobs.All()), func(k *knob.Knob) bool { return slices.Contains(d.own, k.Name) })
	for _, m := range method.All() {
		other := newDraft(heads{method: m})
		for _, k := range list {
			k.Options = slices.Clip(k.Options)
			for _, o := range other.knobs.Lookup(k.Name).Options {
				if !slices.ContainsFunc(k.Options, func(known knob.Option) bool { return known.Value == o.Value }) {
					k.Options = append(k.Options, o)
				}
			}
		}
	}
	return list
}

// otherDefaults lists the settings, "target=momentum", whose default is another with
// the choice h than without a choice.
func otherDefaults(h heads) []string {
	var out []string
	usual, chosen := newDraft(heads{}), newDraft(h)
	for _, k := range chosen.knobs.All() {
		if u := usual.knobs.Lookup(k.Name); u != nil && !slices.Contains(chosen.own, k.Name) && u.Default != k.Default {
			out = append(out, k.Name+"="+k.Default)
		}
	}
	return out
}
