using System.Runtime.InteropServices;

namespace Tidepool.Tests.Simulation;

/// <summary>A state of the model, as 120 bits. Batches are 1 to 4, and 7 is the entry that drops the namespace.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WalModelState(ulong Store, ulong Processes)
{
    internal const int Drop = 7;
    internal const int MaxSlots = 4;

    // Store: elapsed 4, objects 4 x 3, history 4 x 3, manifests 4 x 4 (age + 1 by floor), delayed puts 16.
    private const int ObjectsShift = 4;
    private const int HistoryShift = 16;
    private const int ManifestsShift = 28;
    private const int DelayedShift = 44;

    // Processes: writers 2 x 17, acknowledged 4, reader 3 + 4, dropped 4 (age + 1), wiped 1.
    private const int AckedShift = 2 * WalModelWriter.Bits;
    private const int ReaderHeadShift = AckedShift + 4;
    private const int ReaderTimeShift = ReaderHeadShift + 3;
    private const int DroppedShift = ReaderTimeShift + 4;
    private const int WipedShift = DroppedShift + 4;

    /// <summary>Time since the start.</summary>
    internal int Elapsed => (int)(Store & 15);

    internal int ReaderHead => (int)(Processes >> ReaderHeadShift & 7);

    internal int ReaderConfirmed => (int)(Processes >> ReaderTimeShift & 15);

    /// <summary>How long ago the namespace was dropped; -1 if it was not.</summary>
    internal int DropAge => (int)(Processes >> DroppedShift & 15) - 1;

    /// <summary>Whether the data of the dropped namespace has been deleted.</summary>
    internal bool IsWiped => (Processes >> WipedShift & 1) != 0;

    /// <summary>What a slot holds; 0 for nothing.</summary>
    internal int Object(int slot) => (int)(Store >> (ObjectsShift + ((slot - 1) * 3)) & 7);

    /// <summary>What a slot held when a manifest consumed it.</summary>
    internal int History(int slot) => (int)(Store >> (HistoryShift + ((slot - 1) * 3)) & 7);

    /// <summary>How long ago a manifest with this floor was committed; -1 for never, or when it no longer matters.
    /// </summary>
    internal int ManifestAge(int floor) => (int)(Store >> (ManifestsShift + ((floor - 1) * 4)) & 15) - 1;

    internal bool IsDelayed(int slot, int batch) => (Store >> (DelayedShift + DelayedIndex(slot, batch)) & 1) != 0;

    internal bool IsAcked(int batch) => (Processes >> (AckedShift + batch - 1) & 1) != 0;

    internal WalModelWriter Writer(int number) =>
        WalModelWriter.Unpack(Processes >> (number * WalModelWriter.Bits));

    /// <summary>Every entry up to here has been consumed, whether or not anybody can still see that.</summary>
    internal int TrueFloor()
    {
        int floor = 0;
        while (floor < MaxSlots && History(floor + 1) != 0)
        {
            floor++;
        }

        return floor;
    }

    /// <summary>The floor that anybody can see.</summary>
    internal int VisibleFloor() => IsWiped ? 0 : TrueFloor();

    /// <summary>The last entry of the log.</summary>
    internal int Head()
    {
        int head = TrueFloor();
        while (!IsWiped && head < MaxSlots && Object(head + 1) != 0)
        {
            head++;
        }

        return head;
    }

    /// <summary>The log's entry at a slot up to the head, whatever the slot holds by now.</summary>
    internal int TrueEntry(int slot) => History(slot) is var consumed and not 0 ? consumed : Object(slot);

    /// <summary>The same, a tick later. What is as old as the limit does not get older.</summary>
    internal WalModelState Later(int limit)
    {
        WalModelState later = (this with { Store = Set(Store, 0, 15, Math.Min(Elapsed + 1, limit)) })
            .WithWriter(0, Writer(0).Age(limit))
            .WithWriter(1, Writer(1).Age(limit))
            .WithReader(ReaderHead, Math.Min(ReaderConfirmed + 1, limit));
        if (DropAge >= 0)
        {
            later = later.WithDropped(Math.Min(DropAge + 1, limit));
        }

        for (int floor = 1; floor <= MaxSlots; floor++)
        {
            if (ManifestAge(floor) >= 0)
            {
                later = later.WithManifest(floor, Math.Min(ManifestAge(floor) + 1, limit));
            }
        }

        return later.WithoutOutdated(limit);
    }

    internal WalModelState WithObject(int slot, int batch) =>
        this with { Store = Set(Store, ObjectsShift + ((slot - 1) * 3), 7, batch) };

    internal WalModelState WithHistory(int slot, int batch) =>
        this with { Store = Set(Store, HistoryShift + ((slot - 1) * 3), 7, batch) };

    internal WalModelState WithManifest(int floor, int age) =>
        this with { Store = Set(Store, ManifestsShift + ((floor - 1) * 4), 15, age + 1) };

    internal WalModelState WithDelayed(int slot, int batch, bool isDelayed) =>
        this with { Store = Set(Store, DelayedShift + DelayedIndex(slot, batch), 1, isDelayed ? 1 : 0) };

    internal WalModelState WithAcked(int batch) =>
        this with { Processes = Set(Processes, AckedShift + batch - 1, 1, 1) };

    internal WalModelState WithReader(int head, int confirmed) => this with
    {
        Processes = Set(Set(Processes, ReaderHeadShift, 7, head), ReaderTimeShift, 15, confirmed),
    };

    internal WalModelState WithWriter(int number, WalModelWriter writer) => this with
    {
        Processes = (Processes & ~(((1UL << WalModelWriter.Bits) - 1) << (number * WalModelWriter.Bits)))
            | (writer.Pack() << (number * WalModelWriter.Bits)),
    };

    internal WalModelState WithDropped(int age) =>
        this with { Processes = Set(Processes, DroppedShift, 15, age + 1) };

    internal WalModelState Wiped() => this with
    {
        Store = Store & ~(0xFFFUL << ObjectsShift),
        Processes = Set(Processes, WipedShift, 1, 1),
    };

    /// <summary>Below a floor that is old enough, no other matters.</summary>
    private WalModelState WithoutOutdated(int limit)
    {
        WalModelState state = this;
        int floor = MaxSlots;
        while (floor > 0 && ManifestAge(floor) != limit)
        {
            floor--;
        }

        for (floor--; floor > 0; floor--)
        {
            state = state.WithManifest(floor, -1);
        }

        return state;
    }

    private static ulong Set(ulong bits, int shift, ulong mask, int value) =>
        (bits & ~(mask << shift)) | ((ulong)(uint)value << shift);

    private static int DelayedIndex(int slot, int batch) => ((slot - 1) * 4) + batch - 1;
}
