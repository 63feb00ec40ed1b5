"""Writes the trained reader as int8 ONNX.

usage: export.py BASE CHECKPOINT OUT.onnx"""

import os
import sys
import tempfile

import numpy
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from network import Encoder, Reader, padded


def main():
    base, checkpoint, out = sys.argv[1:4]
    net = Reader(dropout=0.0)
    net.load_state_dict(torch.load(checkpoint)["net"])
    net.eval()
    encoder = Encoder(base)
    ids, second, _, _ = encoder("苏州街站在什么地方", "苏州街站", "苏州街站位于北京市海淀区，是北京地铁10号线的一个车站。")
    row = padded([(ids, second)])
    with tempfile.TemporaryDirectory() as work:
        plain = os.path.join(work, "plain.onnx")
        torch.onnx.export(
            net,
            (row[0], row[1]),
            plain,
            input_names=["ids", "types"],
            output_names=["spans", "marks", "names"],
            dynamic_axes={"ids": {1: "length"}, "types": {1: "length"}, "spans": {1: "length"}, "names": {1: "length"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(plain, out, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gather"])
    session = onnxruntime.InferenceSession(out)
    spans, marks, _ = session.run(None, {"ids": row[0].numpy(), "types": row[1].numpy()})
    with torch.no_grad():
        want = net(row[0], row[1])
    print(os.path.getsize(out), "bytes; largest difference of a logit on one example:",
          float(max(numpy.abs(spans - want[0].numpy()).max(), numpy.abs(marks - want[1].numpy()).max())))


if __name__ == "__main__":
    main()
