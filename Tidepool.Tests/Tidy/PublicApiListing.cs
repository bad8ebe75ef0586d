using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Tidepool.Tests.Tidy;

/// <summary>The public surface of assemblies as text: a line for each type and, indented, for each member.</summary>
/// <remarks>What the compiler adds to every record is left out.</remarks>
internal static class PublicApiListing
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance |
        BindingFlags.Static | BindingFlags.DeclaredOnly;

    internal static string Of(params Assembly[] assemblies)
    {
        var text = new StringBuilder();
        foreach (Type type in assemblies
            .SelectMany(assembly => assembly.GetExportedTypes())
            .OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(DescribeType(type)).Append('\n');
            foreach (string member in DescribeMembers(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string DescribeType(Type type)
    {
        string record = type.GetMethod("PrintMembers", Declared) is null ? "" : "record ";
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => $"{record}struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => $"abstract {record}class",
            { IsSealed: true } => $"sealed {record}class",
            _ => $"{record}class",
        };
        IEnumerable<Type> bases = type is { IsClass: true, BaseType: { } parent } && parent != typeof(object)
            ? type.GetInterfaces().Except(parent.GetInterfaces()).Prepend(parent)
            : type.IsEnum ? [Enum.GetUnderlyingType(type)] : type.GetInterfaces();
        string[] names = [.. bases.Where(face => face.IsVisible).Select(TypeNames.Of).Order(StringComparer.Ordinal)];
        string suffix = names.Length == 0 ? "" : " : " + string.Join(", ", names);
        return $"{kind} {type.Namespace}.{TypeNames.Of(type)}{suffix}";
    }

    private static IEnumerable<string> DescribeMembers(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field =>
                $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }

        var nullability = new NullabilityInfoContext();
        return type.GetConstructors(Declared).Where(IsSeen)
            .Select(constructor => $".ctor({DescribeParameters(constructor, nullability)})")
            .Concat(type.GetMethods(Declared)
                .Where(method => IsSeen(method) && !IsAccessor(method) && !IsGenerated(method))
                .Select(method => DescribeMethod(method, nullability)))
            .Concat(type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsSeen))
                .Select(property => DescribeProperty(property, nullability)))
            .Concat(type.GetFields(Declared)
                .Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
                .Select(field => DescribeField(field, nullability)))
            .Concat(type.GetEvents(Declared).Where(found => found.AddMethod is { } add && IsSeen(add))
                .Select(found => $"event {TypeNames.Of(found.EventHandlerType!)} {found.Name}"));
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsGenerated(MethodInfo method) => method.IsDefined(typeof(CompilerGeneratedAttribute), false);

    private static string DescribeMethod(MethodInfo method, NullabilityInfoContext nullability)
    {
        string generics = method.IsGenericMethod
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>"
            : "";
        string result = TypeNames.Of(nullability.Create(method.ReturnParameter));
        return $"{Modifiers(method)}{result} {method.Name}{generics}({DescribeParameters(method, nullability)})";
    }

    private static string DescribeParameters(MethodBase method, NullabilityInfoContext nullability) => string.Join(
        ", ",
        method.GetParameters().Select(parameter =>
        {
            string prefix = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "";
            string value = parameter.HasDefaultValue ? $" = {DescribeDefault(parameter)}" : "";
            return $"{prefix}{TypeNames.Of(nullability.Create(parameter))} {parameter.Name}{value}";
        }));

    private static string DescribeDefault(ParameterInfo parameter) => parameter.RawDefaultValue switch
    {
        null when parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null =>
            "default",
        null => "null",
        string text => $"\"{text}\"",
        object value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string DescribeProperty(PropertyInfo property, NullabilityInfoContext nullability)
    {
        MethodInfo first = property.GetAccessors(nonPublic: true).First(IsSeen);
        string getter = property.GetMethod is { } get && IsSeen(get) ? " get;" : "";
        string setter = property.SetMethod is not { } set || !IsSeen(set) ? ""
            : set.ReturnParameter.GetRequiredCustomModifiers().Any(type => type.Name == "IsExternalInit") ? " init;"
            : " set;";
        string index = property.GetIndexParameters().Length == 0
            ? ""
            : $"[{string.Join(", ", property.GetIndexParameters().Select(TypeOfParameter))}]";
        string type = TypeNames.Of(nullability.Create(property));
        return $"{Modifiers(first)}{type} {property.Name}{index} {{{getter}{setter} }}";

        static string TypeOfParameter(ParameterInfo parameter) =>
            $"{TypeNames.Of(parameter.ParameterType)} {parameter.Name}";
    }

    private static string DescribeField(FieldInfo field, NullabilityInfoContext nullability)
    {
        string type = TypeNames.Of(nullability.Create(field));
        string value = field.IsLiteral
            ? Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture) ?? "null"
            : "";
        return field.IsLiteral
            ? $"const {type} {field.Name} = {value}"
            : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{type} {field.Name}";
    }

    private static string Modifiers(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
        {
            return "";
        }

        bool isOverride = method.GetBaseDefinition() != method;
        string access = method.IsPublic ? "" : "protected ";
        string slot = method.IsStatic ? "static "
            : method.IsAbstract ? "abstract "
            : isOverride ? "override "
            : method is { IsVirtual: true, IsFinal: false } ? "virtual "
            : "";
        return access + slot;
    }
}
