package record

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

func TestFileReadsBack(t *testing.T) {
	f := File{
		ID: "0123456789AB", Spec: "v=1", Title: "SimCLR", Engine: 1, Class: "fma", State: "finished",
		Schema: Schema{Fields: []Field{{Name: "loss", Every: EachStep}, {Name: "residual", Every: EachProbe}}},
		Steps: []Step{
			{Step: 0, Has: EachStep | EachProbe, Values: []float32{1, 2}, Frames: []Frame{{Name: "correlation", Rows: 1, Cols: 2, Of: 2, Scale: 0.5, Data: []int8{1, -2}}}},
			{Step: 1, Has: EachStep, Values: []float32{3, 0}},
		},
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	back, err := ReadFile(b.Bytes())
	if err != nil || !reflect.DeepEqual(back, f) {
		t.Errorf("read back %+v, %v\nwant %+v", back, err, f)
	}
	if f.Done != 2 || len(f.CurveHash) != 64 {
		t.Errorf("done %d, hash %q", f.Done, f.CurveHash)
	}

	changed := bytes.Clone(b.Bytes())
	head := bytes.IndexByte(changed, '\n')
	changed[head+1+stepsHeader+4+2] ^= 1 // in the first step's loss
	for name, c := range map[string]struct {
		bytes []byte
		want  string
	}{
		"a changed record": {changed, "curve hash"},
		"no records":       {b.Bytes()[:head+1], "cut off"},
		"no line":          {b.Bytes()[:head], "first line"},
		"another file":     {[]byte("GIF89a\n..."), "first line"},
		"other fields":     {bytes.Replace(b.Bytes(), []byte(`"residual"`), []byte(`"residual"},{"name":"x"`), 1), "2 values"},
	} {
		if _, err := ReadFile(c.bytes); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want it to say %q", name, err, c.want)
		}
	}
}
