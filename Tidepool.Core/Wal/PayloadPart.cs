using System.Buffers;

namespace Tidepool.Wal;

/// <summary>A link of the sequence that is an encoded entry: its header, then each payload where it is.</summary>
internal sealed class PayloadPart : ReadOnlySequenceSegment<byte>
{
    private PayloadPart(ReadOnlyMemory<byte> memory, long runningIndex)
    {
        Memory = memory;
        RunningIndex = runningIndex;
    }

    internal static ReadOnlySequence<byte> Join(ReadOnlyMemory<byte> header, IReadOnlyList<WalBatch> batches)
    {
        var first = new PayloadPart(header, 0);
        PayloadPart last = first;
        for (int i = 0; i < batches.Count; i++)
        {
            if (!batches[i].Payload.IsEmpty)
            {
                last = last.Append(batches[i].Payload);
            }
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private PayloadPart Append(ReadOnlyMemory<byte> memory)
    {
        var next = new PayloadPart(memory, RunningIndex + Memory.Length);
        Next = next;
        return next;
    }
}
