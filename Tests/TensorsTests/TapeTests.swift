import Tensors
import TestSupport
import Testing

@Suite struct TapeTests {
    @Test func recordingIsOffOutsideRecord() {
        let leaf = Tensor([1, 2], shape: [2]).asLeaf
        #expect(!Tape.isRecording)
        #expect(leaf.isTracked)
        Tape.record {
            #expect(Tape.isRecording)
            Tape.pause { #expect(!Tape.isRecording) }
        }
    }
}
