using System.Runtime.CompilerServices;
using Tidepool.Manifests;
using Tidepool.Model;

namespace Tidepool.Engine;

/// <summary>The tags of a namespace: states that users keep under a name.</summary>
/// <remarks>They go with their namespace, so that each call makes sure, as a strong read does, that it has not been
/// dropped: the next one of that name has tags of its own.</remarks>
internal sealed class NamespaceTags(NamespaceEngine engine, NamespaceServices services)
{
    internal async Task<NamespaceTag> CreateAsync(string tag, CancellationToken cancellationToken)
    {
        PinNames.ValidateTag(tag);
        services.RefuseIfReadOnly();
        (bool exists, Pin? pin) = await engine.UseAsync(
            createWith: null,
            missing: (Exists: false, Pin: null),
            async open => (Exists: true, Pin: await CreateAsync(open, tag, cancellationToken).ConfigureAwait(false)),
            cancellationToken).ConfigureAwait(false);
        return pin is not null
            ? Describe(pin)
            : throw new InvalidOperationException(exists
                ? $"Namespace '{services.Name}' has a tag '{tag}' already; delete it first."
                : $"There is no namespace '{services.Name}' to keep a state of.");
    }

    internal Task<bool> DeleteAsync(string tag, CancellationToken cancellationToken)
    {
        PinNames.ValidateTag(tag);
        services.RefuseIfReadOnly();
        return engine.UseAsync(createWith: null, missing: false, DeleteAsync, cancellationToken);

        async Task<bool> DeleteAsync(OpenNamespace open)
        {
            await open.Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            bool isDeleted = !open.IsDropped
                && await open.Pins.ReleaseAsync(tag, cancellationToken).ConfigureAwait(false);
            if (isDeleted)
            {
                open.Maintenance.Collecting.OnCommitted(); // What it alone kept is garbage now.
            }

            return isDeleted;
        }
    }

    internal async IAsyncEnumerable<NamespaceTag> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PinListing listing = await engine.UseAsync(
            createWith: null,
            missing: new PinListing([], StoreTime: null),
            ListAsync,
            cancellationToken).ConfigureAwait(false);
        foreach (Pin pin in listing.Pins)
        {
            if (PinNames.IsTag(pin.Name))
            {
                yield return Describe(pin);
            }
        }

        async Task<PinListing> ListAsync(OpenNamespace open)
        {
            await open.Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            return await open.Pins.ListAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static Task<Pin?> CreateAsync(OpenNamespace open, string tag, CancellationToken cancellationToken) =>
        open.Callers.RunAsync(
            async token =>
            {
                Pin? pin = await open.Pins.CreateAsync(tag, open.ReadPinnedStateAsync, token).ConfigureAwait(false);
                if (pin is null)
                {
                    await open.Log.CatchUpAsync(token).ConfigureAwait(false); // The one that there is may be of before.
                }

                return pin;
            },
            cancellationToken);

    private static NamespaceTag Describe(Pin pin) =>
        new(pin.Name, pin.Position.Sequence, pin.Rows.Rows, pin.StoredAt);
}
