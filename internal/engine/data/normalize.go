package data

// Normalized writes images from to to (exclusive) of im to dst, (to-from) x H x
// W x C, without augmentation but on the scale of the views. im is Train or Test.
func (s *Set) Normalized(im *Images, from, to int, dst []float32) {
}

func moments(im *Images) (mean, std []float32) { return make([]float32, im.C), make([]float32, im.C) }
